#include <mutex>
#include <thread>

std::mutex mutex;
int balance = 10;

bool withdraw(int amount) {
  mutex.lock();
  if (balance < amount) return false;
  balance -= amount;
  mutex.unlock();
  return true;
}

int main() {
  std::thread other([] { withdraw(3); });
  withdraw(30);
  other.join();
}
