// Locks in the order of their addresses, by std::min and std::max: of one account there is one lock, taken twice.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <algorithm>
#include <functional>
#include <mutex>
#include <thread>

struct Account {
  std::mutex mu;
  int balance = 0;
};

void transfer(Account& from, Account& to, int amount) {
  std::mutex* first = std::min(&from.mu, &to.mu, std::less<>());
  std::mutex* second = std::max(&from.mu, &to.mu, std::less<>());
  std::lock_guard one(*first);
  std::lock_guard other(*second);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}[racecourse-double-lock]
  from.balance -= amount;
  to.balance += amount;
}

Account accounts[8];

int main(int argc, char**) {
  std::thread there([&] { transfer(accounts[argc], accounts[argc + 1], 5); });
  std::thread back([&] { transfer(accounts[argc + 1], accounts[argc], 5); });
  there.join();
  back.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
