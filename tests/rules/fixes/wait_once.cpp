// rule: racecourse-wait-without-predicate
// applies: suggested
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable changed;
bool ready = false;

void consume() {
  std::unique_lock<std::mutex> lock(mutex);
  if (!ready) changed.wait(lock);
  ready = false;
}

int main() {
  std::thread consumer(consume);
  {
    std::lock_guard<std::mutex> lock(mutex);
    ready = true;
  }
  changed.notify_one();
  consumer.join();
}
