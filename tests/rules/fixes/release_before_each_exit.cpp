// rule: racecourse-lock-leak
// applies: safe
#include <thread>
#include <mutex>

std::mutex table_mutex;
int rows = 3;

int take(std::mutex *lock, int wanted) {
  lock->lock();
  if (wanted < 0) {
    lock->unlock();
    return -1;
  }
  if (wanted > rows) {
    lock->unlock();
    return 0;
  }
  if (wanted == rows) return rows;
  rows -= wanted;
  lock->unlock();
  return wanted;
}

int main() {
  std::thread other([] { take(&table_mutex, 1); });
  take(&table_mutex, 1);
  other.join();
}
