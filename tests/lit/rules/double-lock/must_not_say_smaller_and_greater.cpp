// Locks in the order of their addresses, by std::min and std::max, once it is known that there are two.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <algorithm>
#include <functional>
#include <mutex>
#include <thread>

struct Account {
  std::mutex mu;
  int balance = 0;
};

void transfer(Account& from, Account& to, int amount) {
  if (&from == &to) return;
  std::mutex* first = std::min(&from.mu, &to.mu, std::less<>());
  std::mutex* second = std::max(&from.mu, &to.mu, std::less<>());
  std::lock_guard one(*first);
  std::lock_guard other(*second);
  from.balance -= amount;
  to.balance += amount;
}

int main() {
  Account alice, bob;
  std::thread there([&] { transfer(alice, bob, 5); });
  std::thread back([&] { transfer(bob, alice, 5); });
  there.join();
  back.join();
}
