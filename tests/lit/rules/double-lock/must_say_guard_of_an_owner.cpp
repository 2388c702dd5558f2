// RUN: %check %s -- %cxx | FileCheck %s
#include <mutex>

struct Core {
  std::mutex lock;
  int threads = 0;
};

class Locked {
public:
  explicit Locked(Core& core) : core_(core) { core_.lock.lock(); }
  ~Locked() { core_.lock.unlock(); }

private:
  Core& core_;
};

void count(Core& core) {
  // CHECK: guard_of_an_owner.cpp:[[@LINE+1]]:{{[0-9]+}}: error: `countTwice` holds `Core::lock` when it calls `count`, which locks it again{{.*}} [racecourse-double-lock]
  Locked locked(core);
  ++core.threads;
}

void countTwice(Core& core) {
  Locked locked(core);
  count(core);
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
