// The lock does the work.
// RUN: %check --rules racestyle-volatile-synchronisation %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <mutex>
#include <thread>
std::mutex mu;
volatile int value = 0;
int main() {
  std::thread t([] {
    std::lock_guard<std::mutex> g(mu);
    value = value + 1;
  });
  {
    std::lock_guard<std::mutex> g(mu);
    value = value + 1;
  }
  t.join();
}
