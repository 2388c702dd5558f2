// Lock classes and guards of the program's own.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>

class Lockable {
public:
  void lock() { mu_.lock(); }
  void unlock() { mu_.unlock(); }
  bool try_lock() { return mu_.try_lock(); }

private:
  std::mutex mu_;
};

class Guard {
public:
  explicit Guard(Lockable& lockable) : lockable_(lockable) { lockable_.lock(); }
  ~Guard() { lockable_.unlock(); }

private:
  Lockable& lockable_;
};

class Unguard {
public:
  explicit Unguard(Lockable& lockable) : lockable_(lockable) { lockable_.unlock(); }
  ~Unguard() { lockable_.lock(); }

private:
  Lockable& lockable_;
};

Lockable lockable;
int value = 0;

int main() {
  Guard guard(lockable);
  ++value;
  {
    Unguard open(lockable);
  }
  ++value;
  Lockable other;
  std::lock_guard<Lockable> std_guard(other);
  return 0;
}
