// Double-checked initialisation over a plain pointer.
// CHECK: {{error|warning}}: {{.*}}instance`{{.*}}[racecourse-check-then-act]
// RUN: %check %s -- %cxx | FileCheck %s
#include <mutex>
#include <thread>

struct Config {
  int level = 3;
};

std::mutex mu;
Config* instance = nullptr;

Config* get() {
  if (!instance) {
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}instance
    std::lock_guard guard(mu);
    if (!instance) instance = new Config;
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}instance
  }
  return instance;
}

int main() {
  std::thread one([] { get(); }), two([] { get(); });
  one.join();
  two.join();
}
