// A queue that locks itself: after `empty()` somebody else can take the last item, and `get()` then waits for ever.
// RUN: %check %s -- %cxx -isystem %root/runtime/include | FileCheck %s --implicit-check-not='[racecourse-'
#include "racecourse/queue.h"
#include "racecourse/thread.h"

racecourse::queue<int> results(100);

int collect() {
  int sum = 0;
  while (!results.empty()) {
    // CHECK: :[[@LINE-1]]:{{[0-9]+}}: warning: `results` is tested and then changed in `collect`{{.*}}[racecourse-check-then-act]
    sum += results.get();
  }
  return sum;
}

int main() {
  results.put(1);
  racecourse::thread one(collect), two(collect);
  one.join();
  two.join();
}
