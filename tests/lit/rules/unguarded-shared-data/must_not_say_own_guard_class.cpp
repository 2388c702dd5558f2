// The program's own lock and guard classes, recognised from their bodies.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <thread>

class Mutex {
public:
  void Lock() { pthread_mutex_lock(&mu_); }
  void Unlock() { pthread_mutex_unlock(&mu_); }

private:
  pthread_mutex_t mu_ = PTHREAD_MUTEX_INITIALIZER;
};

class MutexLock {
public:
  explicit MutexLock(Mutex* mu) : mu_(mu) { mu_->Lock(); }
  ~MutexLock() { mu_->Unlock(); }

private:
  Mutex* const mu_;
};

class Counter {
public:
  void add() {
    MutexLock lock(&mu_);
    ++count_;
  }

private:
  Mutex mu_;
  int count_ = 0;
};

int main() {
  Counter counter;
  std::thread first([&] { counter.add(); }), second([&] { counter.add(); });
  first.join();
  second.join();
}
