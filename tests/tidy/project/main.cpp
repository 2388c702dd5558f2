#include "account.h"

#include <iostream>
#include <thread>

int transfers = 0;

int main() {
  Account account;
  std::thread other([&] {
    account.deposit(10);
    ++transfers;
  });
  account.deposit(20);
  ++transfers;
  other.join();
  std::cout << account.peek() << ' ' << transfers << '\n';
}
