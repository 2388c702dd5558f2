// A class of the program with a destructor, used by a thread that nobody waits for.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: detached {{.+}} uses `sink`, which the end of the program destroys{{.*}}[racecourse-detached-thread]
#include <atomic>
#include <thread>

class Log {
public:
  ~Log() { lines_.store(-1); }
  void add() { lines_.fetch_add(1); }

private:
  std::atomic<int> lines_{0};
};

Log sink;

void work() {
  sink.add();
}

int main() {
  std::thread worker(work);
  worker.detach();
  return 0;
}
