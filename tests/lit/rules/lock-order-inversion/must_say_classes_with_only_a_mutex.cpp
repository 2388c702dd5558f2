// A class that has nothing but a mutex is no lock itself when its methods only use the mutex.
// RUN: %check %s -- %cxx | FileCheck %s
#include <mutex>

class Sink;
class Source {
public:
  void touch() { std::lock_guard guard(mu_); }
  void feed(Sink& sink);

private:
  std::mutex mu_;
};

class Sink {
public:
  void touch() { std::lock_guard guard(mu_); }
  void drain(Source& source) {
    std::lock_guard guard(mu_);
    source.touch();
  }

private:
  std::mutex mu_;
};

void Source::feed(Sink& sink) {
  std::lock_guard guard(mu_);
  sink.touch();
}
// CHECK: [racecourse-lock-order-inversion]
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
