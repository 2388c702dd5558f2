// The class stands in a source file and main is there, so all its callers are: the one thread that is given the object.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <functional>
#include <mutex>
#include <vector>

extern std::vector<std::function<void()>> tasks;

namespace {
class Player {
public:
  void play() {
    {
      std::lock_guard<std::mutex> lock(mu_);
      position_ = 0;
      ++position_;
      ++position_;
    }
    ++position_;
  }
private:
  std::mutex mu_;
  int position_ = 0;
};
}

int main() {
  tasks.push_back([] {
    Player player;
    player.play();
  });
  return 0;
}
