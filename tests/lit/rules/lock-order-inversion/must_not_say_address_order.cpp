// Two instances, ordered by their addresses.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <functional>
#include <mutex>
#include <thread>

struct Account {
  std::mutex mu;
  int balance = 0;
};

void transfer(Account& from, Account& to, int amount) {
  Account* low = &from;
  Account* high = &to;
  if (&to < &from) {
    low = &to;
    high = &from;
  }
  std::lock_guard first(low->mu);
  std::lock_guard second(high->mu);
  from.balance -= amount;
  to.balance += amount;
}

int main() {
  Account x, y;
  std::thread one([&] { transfer(x, y, 1); }), two([&] { transfer(y, x, 2); });
  one.join();
  two.join();
}
