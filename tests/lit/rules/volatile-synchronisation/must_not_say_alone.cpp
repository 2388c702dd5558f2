// Used before the thread and after it; and an atomic that is volatile as well.
// RUN: %check --rules racestyle-volatile-synchronisation %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <atomic>
#include <thread>
volatile int result = 0;
volatile std::atomic<bool> stop{false};
int main() {
  result = 1;
  std::thread t([] {
    while (!stop) std::this_thread::yield();
  });
  stop = true;
  t.join();
  return result;
}
