// The same with globals and two threads.
// CHECK: warning: `jobs` grows without a bound: `produce` adds to it whether or not `consume` keeps up{{.*}}[racestyle-unbounded-queue]
// RUN: %check --rules racestyle-unbounded-queue %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <queue>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
std::mutex mu;
std::condition_variable cv;
std::queue<int> jobs;
void produce() {
  for (int i = 0; i < 1000; ++i) {
    std::lock_guard<std::mutex> g(mu);
    jobs.push(i);
    cv.notify_one();
  }
}
void consume() {
  for (;;) {
    std::unique_lock<std::mutex> l(mu);
    while (jobs.empty()) cv.wait(l);
    int job = jobs.front();
    jobs.pop();
    l.unlock();
    if (job == 999) return;
  }
}
int main() {
  std::thread p(produce), c(consume);
  p.join();
  c.join();
}
