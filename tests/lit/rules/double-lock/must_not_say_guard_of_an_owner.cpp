// A guard class that is given the owner of the lock and takes the lock inside of it, directly or two members down.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>

struct State {
  std::mutex lock;
};
struct Core {
  std::mutex lock;
  State state;
  int threads = 0, files = 0;
};

class Locked {
public:
  explicit Locked(Core& core) : core_(core) { core_.lock.lock(); }
  ~Locked() { core_.lock.unlock(); }

private:
  Core& core_;
};

class StateLocked {
public:
  explicit StateLocked(Core* core) : core_(core) { core_->state.lock.lock(); }
  ~StateLocked() { core_->state.lock.unlock(); }

private:
  Core* core_;
};

// The same, for Clang's own analysis as well.
class __attribute__((scoped_lockable)) Annotated {
public:
  explicit Annotated(Core& core) __attribute__((acquire_capability(core.lock))) : core_(core) {
    core_.lock.lock();
  }
  ~Annotated() __attribute__((release_capability())) { core_.lock.unlock(); }

private:
  Core& core_;
};

Core& core() {
  static Core the_core;
  return the_core;
}

bool announce(bool known) {
  Core& the = core();
  {
    Locked locked(the);
    if (known) return false;
    ++the.threads;
  }
  return true;
}

void note() {
  StateLocked locked(&core());
  ++core().files;
}

void both() {
  announce(false);
  note();
  {
    Annotated locked(core());
    ++core().threads;
  }
  Locked again(core());
  --core().threads;
  note();
}
