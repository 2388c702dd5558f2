// Which points may run together: a thread lives from its spawn to its join, and starts without its spawner's locks.
// RUN: %racecourse check --dump-state --exit-zero %s -- %cxx | FileCheck %s
#include <mutex>
#include <thread>

void racecourse_probe(const char*);

std::mutex mu;

void worker() {
  racecourse_probe("worker");
  // CHECK: :[[@LINE-1]]: worker [{{.*}}worker{{.*}}] must {} may {} with {between@main thread}
}

void many() {
  racecourse_probe("many");
  // CHECK: :[[@LINE-1]]: many [{{.*}}many{{.*}}] must {} may {} with {between many@main thread, many@{{.*}}many{{.*}}}
}

int main() {
  racecourse_probe("before");
  // CHECK: :[[@LINE-1]]: before [main thread] must {} may {} with {}
  mu.lock();
  std::thread thread(worker);
  racecourse_probe("between");
  // CHECK: :[[@LINE-1]]: between [main thread] must {mu} may {mu} with {worker@{{.*}}worker{{.*}}}
  mu.unlock();
  thread.join();
  racecourse_probe("after");
  // CHECK: :[[@LINE-1]]: after [main thread] must {} may {} with {}
  std::thread threads[3];
  for (auto& each : threads) each = std::thread(many);
  racecourse_probe("between many");
  // CHECK: :[[@LINE-1]]: between many [main thread] must {} may {} with {many@{{.*}}many{{.*}}}
  for (auto& each : threads) each.join();
}
