// What a lock and unlock of std::mutex costs, one line a case, in nanoseconds of CPU time: run as it is, under Valgrind's
// tools, and built with ThreadSanitizer, the lines divide into ratios. A second thread is parked all the while, because
// without one glibc takes a shortcut.
//
// Run: plain_mutex PAIRS
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <thread>

namespace {

std::mutex locks[4], gate, many[256], hot;
long counter = 0;

double cpuNs(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return double(now.tv_sec) * 1e9 + double(now.tv_nsec);
}

/// `depth` locks at a time, taken and given back in reverse.
void nested(const char* name, int depth, long pairs) {
  auto once = [depth] {
    for (int i = 0; i < depth; ++i)
      locks[i].lock();
    asm volatile("" : "+m"(counter));
    for (int i = depth; i-- > 0;)
      locks[i].unlock();
  };
  once(); // the first time is another story
  double begin = cpuNs(CLOCK_THREAD_CPUTIME_ID);
  for (long i = 0; i < pairs; i += depth)
    once();
  printf("%s\t%.3f\n", name, (cpuNs(CLOCK_THREAD_CPUTIME_ID) - begin) / double(pairs));
}

void gateAndMany(long pairs) {
  auto once = [](long i) {
    std::lock_guard outer(gate);
    std::lock_guard inner(many[i & 255]);
    asm volatile("" : "+m"(counter));
  };
  for (long i = 0; i < 256; ++i)
    once(i);
  double begin = cpuNs(CLOCK_THREAD_CPUTIME_ID);
  for (long i = 0; i < pairs; i += 2)
    once(i / 2);
  printf("gate + 1 of 256\t%.3f\n", (cpuNs(CLOCK_THREAD_CPUTIME_ID) - begin) / double(pairs));
}

void twoThreads(long pairs) {
  std::atomic<int> ready{0};
  double spent[2];
  auto work = [&](int self) {
    ++ready;
    while (ready.load() < 2)
      std::this_thread::yield();
    double begin = cpuNs(CLOCK_THREAD_CPUTIME_ID);
    for (long i = 0; i < pairs; i += 2) {
      std::lock_guard guard(hot);
      asm volatile("" : "+m"(counter));
    }
    spent[self] = cpuNs(CLOCK_THREAD_CPUTIME_ID) - begin;
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  printf("two threads, one lock\t%.3f\n", (spent[0] + spent[1]) / double(pairs));
}

} // namespace

int main(int count, char** arguments) {
  long pairs = count > 1 ? atol(arguments[1]) : 200000;
  std::mutex mutex;
  std::condition_variable wake;
  bool over = false;
  std::thread parked([&] {
    std::unique_lock lock(mutex);
    wake.wait(lock, [&] { return over; });
  });
  nested("uncontended pair", 1, pairs);
  nested("nested, known", 2, pairs);
  nested("four deep, known", 4, pairs);
  gateAndMany(pairs);
  twoThreads(pairs);
  {
    std::lock_guard lock(mutex);
    over = true;
  }
  wake.notify_one();
  parked.join();
}
