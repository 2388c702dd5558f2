// Two ways out, two unlocks to remember.
// CHECK: warning: {{.*}}mu_`{{.*}}2 ways out each have to remember it{{.*}}[racestyle-manual-lock]
// RUN: %check --rules racestyle-manual-lock %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <mutex>
class Account {
public:
  bool withdraw(int amount) {
    mu_.lock();
    if (balance_ < amount) {
      mu_.unlock();
      return false;
    }
    balance_ -= amount;
    mu_.unlock();
    return true;
  }
private:
  std::mutex mu_;
  int balance_ = 0;
};
void use(Account& a) { a.withdraw(1); }
