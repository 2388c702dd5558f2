// Whether the timed try got the lock is asked too late.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <chrono>
#include <mutex>
#include <thread>

std::timed_mutex mu;
int total;

void patient() {
  bool held = mu.try_lock_for(std::chrono::milliseconds(1));
  total++;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`total`{{.*}}[racecourse-unguarded-shared-data]
  if (held) mu.unlock();
}

void strict() {
  std::lock_guard<std::timed_mutex> lock(mu);
  total++;
}

int main() {
  std::thread first(patient);
  std::thread second(strict);
  first.join();
  second.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
