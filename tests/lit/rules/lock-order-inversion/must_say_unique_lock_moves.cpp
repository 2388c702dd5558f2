// The first lock comes out of a function that returns its guard; the second is deferred and locked later.
// CHECK: {{error|warning}}: {{.*}}[racecourse-lock-order-inversion]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

std::mutex a, b;

std::unique_lock<std::mutex> holdA() { return std::unique_lock<std::mutex>(a); }

void forward() {
  std::unique_lock<std::mutex> later(b, std::defer_lock);
  auto first = holdA();
  later.lock();
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`b`
}

void backward() {
  std::unique_lock<std::mutex> first(b);
  std::unique_lock<std::mutex> moved(std::move(first));
  std::lock_guard second(a);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`a`
}

int main() {
  std::thread one(forward), two(backward);
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
