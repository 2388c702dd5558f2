// The jthread joins in its destructor, but the object it uses was declared after it and goes first.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `main()::steps`, {{.+}} can end while {{.+}} still uses it {{.*}}[racecourse-escaping-reference]
#include <atomic>
#include <thread>

int main() {
  std::jthread worker;
  std::atomic<int> steps{0};
  worker = std::jthread([&steps] { steps.fetch_add(1); });
  return 0;
}
