#include <mutex>
#include <thread>

int countNUMBER;
std::mutex mutexNUMBER;

static void work() {
  std::lock_guard lock(mutexNUMBER);
  ++countNUMBER;
}

void runNUMBER() {
  std::thread worker(work);
  ++countNUMBER;
  worker.join();
}
