// A thread waits for its turn in a loop and tells, much later, that the next one's has come.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-check'
#include <atomic>
#include <thread>

std::atomic<bool> first_read{false}, second_done{false};
int work = 0;

void step(int number) {
  for (int i = 0; i < 1000; ++i) {
    if (number == 0 && i == 0) {
      first_read = true;
      while (!second_done.load())
        std::this_thread::yield();
    }
    ++work;
  }
  if (number == 1) second_done.store(true);
}

int main() {
  std::thread one(step, 0), two(step, 1);
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}
