// Kept, and never asked.
// CHECK: warning: nobody ever reads the future of `std::async`{{.*}}[racestyle-discarded-future]
// RUN: %check --rules racestyle-discarded-future %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <future>
int work();
void go() {
  auto result = std::async(std::launch::async, work);
}
