#include <mutex>
#include <thread>

int counter;
std::mutex mutex;

static void work() {
  std::lock_guard lock(mutex);
  ++counter;
}

int main() {
  std::thread worker(work);
  work();
  worker.join();
}
