#include <thread>

int counter;

static void work() { ++counter; }

int main() {
  std::thread worker(work);
  ++counter;
  worker.join();
}
