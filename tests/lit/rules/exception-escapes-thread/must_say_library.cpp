// A library call that throws for reasons of the program.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: an exception{{.*}} thrown in `work` can leave {{.+}}; the whole program ends then {{.*}}[racecourse-exception-escapes-thread]
#include <string>
#include <thread>

void work(const std::string& text) {
  int number = std::stoi(text);
  (void)number;
}

int main() {
  std::thread worker(work, "x");
  worker.join();
  return 0;
}
