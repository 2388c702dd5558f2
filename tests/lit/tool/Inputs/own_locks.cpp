// Locks whose bodies are elsewhere: two of a class, one with members of its own names, one of C.
#include <thread>

namespace our {
class Spin {
public:
  void lock();
  void unlock();
  bool try_lock();
};
class Gate {
public:
  void enter();
  void visit();
  void leave();
};
class GateGuard {
public:
  explicit GateGuard(Gate& gate);
  ~GateGuard();
};
} // namespace our

extern "C" {
typedef struct our_lock {
  long words[2];
} our_lock_t;
void our_lock(our_lock_t* lock);
int our_trylock(our_lock_t* lock);
void our_unlock(our_lock_t* lock);
}

our::Spin first, second;
our::Gate gate;
our_lock_t plain;
int counted, shared, tried, kept;

void forth() {
  first.lock();
  second.lock();
  ++counted;
  second.unlock();
  first.unlock();
}

void back() {
  second.lock();
  first.lock();
  ++counted;
  first.unlock();
  second.unlock();
}

void work(int times) {
  gate.visit();
  int seen = shared;
  gate.leave();
  {
    our::GateGuard guard(gate);
    shared = seen + times;
  }
  our_lock(&plain);
  ++kept;
  our_unlock(&plain);
  if (our_trylock(&plain) == 0) {
    ++kept;
    our_unlock(&plain);
  }
  if (second.try_lock()) {
    ++tried;
    second.unlock();
  }
}

int main() {
  std::thread one([] {
    forth();
    work(1);
  });
  std::thread two([] {
    back();
    work(2);
  });
  one.join();
  two.join();
}
