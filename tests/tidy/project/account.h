#pragma once

#include <mutex>

class Account {
public:
  void deposit(int amount);
  bool withdraw(int amount);
  int peek() const { return balance_; }

private:
  mutable std::mutex mutex_;
  int balance_ = 0;
};
