// Where jumps go is not what blocks say: no fix.
// rule: racecourse-lock-leak
// applies: never
#include <mutex>
#include <thread>

std::mutex mutex;
int rows = 3;

int take(int wanted) {
  int taken = 0;
  mutex.lock();
  if (wanted > rows) goto out;
  rows -= wanted;
  taken = wanted;
  mutex.unlock();
out:
  return taken;
}

int main() {
  std::thread other([] { take(1); });
  take(1);
  other.join();
}
