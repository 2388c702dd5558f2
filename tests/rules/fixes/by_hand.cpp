// rule: racestyle-manual-lock
// applies: safe
#include <mutex>
#include <thread>

std::mutex mutex;
int counter = 0;

void count() {
  mutex.lock();
  ++counter;
  mutex.unlock();
}

int main() {
  std::thread one(count), two(count);
  one.join();
  two.join();
}
