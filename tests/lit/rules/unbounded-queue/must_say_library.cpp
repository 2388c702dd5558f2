// A queue of a library, made without a capacity.
// CHECK: warning: this queue is made without a bound{{.*}}[racestyle-unbounded-queue]
// RUN: %check --rules racestyle-unbounded-queue %s -- %cxx -I%root/runtime/include | FileCheck %s --implicit-check-not='[race'
#include "racecourse/queue.h"
racecourse::queue<int> jobs;
racecourse::queue<int> none(0);
racecourse::queue<int> some(16);
// CHECK: this queue is made without a bound{{.*}}[racestyle-unbounded-queue]
