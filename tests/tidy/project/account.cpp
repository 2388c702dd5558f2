#include "account.h"

void Account::deposit(int amount) {
  std::lock_guard<std::mutex> lock(mutex_);
  balance_ += amount;
}

bool Account::withdraw(int amount) {
  mutex_.lock();
  if (balance_ < amount) return false;
  balance_ -= amount;
  mutex_.unlock();
  return true;
}
