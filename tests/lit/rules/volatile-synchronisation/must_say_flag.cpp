// The flag that ends a thread.
// CHECK: warning: `stop` is volatile and carries news between threads{{.*}}[racestyle-volatile-synchronisation]
// RUN: %check --rules racestyle-volatile-synchronisation %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <thread>
volatile bool stop = false;
int main() {
  std::thread worker([] {
    while (!stop) std::this_thread::yield();
  });
  stop = true;
  worker.join();
}
