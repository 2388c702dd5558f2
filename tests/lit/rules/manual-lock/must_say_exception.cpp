// What runs in between can throw.
// CHECK: warning: `mu`{{.*}}an exception from `parse` would leave it locked{{.*}}[racestyle-manual-lock]
// RUN: %check --rules racestyle-manual-lock %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <shared_mutex>
std::shared_mutex mu;
int value;
int parse(const char* text);
void set(const char* text) {
  mu.lock();
  value = parse(text);
  mu.unlock();
}
