// Returned, moved into a member, swapped away: somebody else has the thread.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <thread>
#include <utility>
#include <vector>

void work() {}

std::thread make() {
  std::thread worker(work);
  return worker;
}

class Crew {
public:
  ~Crew() {
    for (std::thread& worker : workers_)
      worker.join();
  }
  void hire() {
    std::thread worker(work);
    workers_.push_back(std::move(worker));
  }

private:
  std::vector<std::thread> workers_;
};

int main() {
  std::thread first = make();
  std::thread second;
  second.swap(first);
  second.join();
  Crew crew;
  crew.hire();
  return 0;
}
