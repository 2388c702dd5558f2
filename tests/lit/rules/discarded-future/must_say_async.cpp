// It waits right here.
// CHECK: warning: the future of `std::async` is thrown away: its destructor waits right here{{.*}}[racestyle-discarded-future]
// RUN: %check --rules racestyle-discarded-future %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <future>
int work();
void go() { std::async(std::launch::async, work); }
