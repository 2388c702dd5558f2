// The threads of a vector: nobody joins them before it goes.
// rule: racecourse-unjoined-thread
// applies: suggested
#include <mutex>
#include <thread>
#include <vector>

std::mutex mutex;
int total = 0;

void work() {
  std::lock_guard<std::mutex> guard(mutex);
  ++total;
}

int main() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back(work);
  return 0;
}
