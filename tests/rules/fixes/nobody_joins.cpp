// rule: racecourse-unjoined-thread
// applies: suggested
#include <atomic>
#include <thread>

std::atomic<int> done{0};

void work() { done = 1; }

int main() {
  std::thread worker(work);
  return 0;
}
