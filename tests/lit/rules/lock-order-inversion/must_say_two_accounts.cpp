// transfer(x, y) and transfer(y, x) at once: the order depends on the arguments.
// CHECK: {{error|warning}}: {{.*}}[racecourse-lock-order-inversion]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

struct Account {
  std::mutex mu;
  int balance = 0;
};

void transfer(Account& from, Account& to, int amount) {
  std::lock_guard first(from.mu);
  std::lock_guard second(to.mu);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note:
  from.balance -= amount;
  to.balance += amount;
}

int main() {
  Account x, y;
  std::thread one([&] { transfer(x, y, 1); }), two([&] { transfer(y, x, 2); });
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
