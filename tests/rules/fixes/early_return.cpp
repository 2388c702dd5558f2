// rule: racecourse-lock-leak
// applies: safe
#include <mutex>
#include <thread>

class Account {
public:
  bool withdraw(int amount) {
    mutex_.lock();
    if (balance_ < amount) return false;
    balance_ -= amount;
    mutex_.unlock();
    return true;
  }

private:
  std::mutex mutex_;
  int balance_ = 10;
};

int main() {
  Account account;
  std::thread other([&] { account.withdraw(30); });
  account.withdraw(3);
  other.join();
}
