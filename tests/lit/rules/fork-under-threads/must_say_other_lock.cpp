// A lock that no thread of this program was seen to take, but that is shared all the same.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `{{.+}}` forks while other threads may run; its child then locks {{.+}}[racecourse-fork-under-threads]
#include <mutex>
#include <thread>
#include <unistd.h>

std::mutex log_mu;
int lines = 0;

void writeLog() {
  std::lock_guard lock(log_mu);
  ++lines;
}

int main() {
  std::thread worker([] {});
  pid_t child;
  if ((child = fork()) == 0) {
    writeLog();
    execl("/bin/true", "true", nullptr);
    _exit(1);
  }
  writeLog();
  worker.join();
  return 0;
}
