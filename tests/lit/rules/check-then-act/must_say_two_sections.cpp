// The balance is read in one critical section and spent in the next.
// CHECK: {{error|warning}}: {{.*}}balance_`{{.*}}[racecourse-check-then-act]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

class Account {
public:
  bool withdraw(int amount) {
    int have;
    {
      std::lock_guard guard(mu_);
      have = balance_;
      // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}balance_
    }
    if (have < amount) return false;
    std::lock_guard guard(mu_);
    balance_ -= amount;
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}balance_
    return true;
  }

private:
  std::mutex mu_;
  int balance_ = 100;
};

int main() {
  Account account;
  std::thread one([&] { account.withdraw(80); }), two([&] { account.withdraw(80); });
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
