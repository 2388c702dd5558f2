// The child touches nothing that could be locked.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <thread>
#include <unistd.h>

int main() {
  std::thread worker([] {});
  const pid_t child = fork();
  if (child == 0) {
    int number = 0;
    ++number;
    _exit(number);
  }
  worker.join();
  return 0;
}
