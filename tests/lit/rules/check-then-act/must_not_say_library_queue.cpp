// Taking what may be gone without waiting for it, or not for ever; one collector alone; a wait for all to be done.
// RUN: %check %s -- %cxx -isystem %root/runtime/include | FileCheck %s --implicit-check-not='[racecourse-'
#include "racecourse/queue.h"
#include "racecourse/thread.h"

#include <chrono>

racecourse::queue<int> results(100), own(100);

int collect() {
  int sum = 0;
  while (!results.empty()) {
    if (auto item = results.try_get()) sum += *item;
    if (auto item = results.get_for(std::chrono::milliseconds(1))) sum += *item;
  }
  if (!results.empty()) results.join();
  return sum;
}

int alone() {
  int sum = 0;
  while (!own.empty())
    sum += own.get();
  return sum;
}

int main() {
  own.put(1);
  results.put(1);
  racecourse::thread one(collect), two(collect), three(alone);
  one.join();
  two.join();
  three.join();
}
// CHECK: unit, {{.+}}, 0 findings{{$}}
