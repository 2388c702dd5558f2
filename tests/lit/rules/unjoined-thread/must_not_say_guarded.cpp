// A guard of the program joins, and a jthread joins itself.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <thread>
#include <vector>

void work() {}

class Joining {
public:
  explicit Joining(std::thread& thread) : thread_(thread) {}
  ~Joining() {
    if (thread_.joinable()) thread_.join();
  }

private:
  std::thread& thread_;
};

int main() {
  std::thread worker(work);
  Joining joining(worker);
  std::jthread other(work);
  std::vector<std::jthread> more;
  more.emplace_back(work);
  return 0;
}
