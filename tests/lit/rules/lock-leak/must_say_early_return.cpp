// The same with std::mutex by hand.
// CHECK: {{error|warning}}: {{.*}}mu_`{{.*}}[racecourse-lock-leak]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>

class Account {
public:
  bool withdraw(int amount) {
    mu_.lock();
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}mu_
    if (balance_ < amount) return false;
    balance_ -= amount;
    mu_.unlock();
    return true;
  }

private:
  std::mutex mu_;
  int balance_ = 10;
};

int main() {
  Account account;
  return account.withdraw(3) ? 0 : 1;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
