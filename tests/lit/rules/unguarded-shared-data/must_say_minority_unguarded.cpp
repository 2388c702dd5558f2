// Three of four accesses hold the mutex; the fourth is the finding, and the vote is shown.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

class Account {
public:
  void deposit(int amount) {
    std::lock_guard<std::mutex> guard(mu_);
    balance_ += amount;
  }
  void withdraw(int amount) {
    std::lock_guard<std::mutex> guard(mu_);
    balance_ -= amount;
  }
  int balance() const {
    std::lock_guard<std::mutex> guard(mu_);
    return balance_;
  }
  void reset() {
    balance_ = 0;
    // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`Account::balance_`{{.*}}[racecourse-unguarded-shared-data]
    // CHECK: note: {{.*}}3 of 4 accesses
  }

private:
  mutable std::mutex mu_;
  int balance_ = 0;
};

int main() {
  Account account;
  std::thread saver([&] {
    account.deposit(1);
    account.withdraw(1);
    account.balance();
  });
  account.reset();
  saver.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
