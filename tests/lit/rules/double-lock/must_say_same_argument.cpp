// Two parameters that one call makes the same object.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>

struct Account {
  std::mutex mu;
  int balance = 0;
};

void transfer(Account& from, Account& to, int amount) {
  std::lock_guard first(from.mu);
  std::lock_guard second(to.mu);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}[racecourse-double-lock]
  from.balance -= amount;
  to.balance += amount;
}

int main() {
  Account account;
  transfer(account, account, 5);
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
