// Told at the way out: a return without a value, one of a constant, the closing brace, a throw. That the lock may still be
// held by the leak before makes no other leak doubtful.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <stdexcept>

std::mutex one, two, three, four;
int value = 0;

void nothing(bool early) {
  one.lock();
  if (early) return;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: warning: `nothing` can return with `one` still locked{{.*}}[racecourse-lock-leak]
  ++value;
  one.unlock();
}

int constant(bool early) {
  two.lock();
  if (early) {
    ++value;
    return -1;
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: warning: `constant` can return with `two` still locked{{.*}}[racecourse-lock-leak]
  }
  two.unlock();
  return 0;
}

void brace(bool done) {
  three.lock();
  ++value;
  if (done) {
    three.unlock();
    return;
  }
  ++value;
} // CHECK-DAG: :[[@LINE]]:{{[0-9]+}}: warning: `brace` can return with `three` still locked{{.*}}[racecourse-lock-leak]

void thrown(bool wrong) {
  four.lock();
  if (wrong) throw std::runtime_error("wrong");
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: warning: `thrown` can be left by an exception with `four` still locked{{.*}}[racecourse-lock-leak]
  four.unlock();
}

int main(int argc, char**) {
  nothing(argc > 1);
  nothing(argc > 2);
  constant(argc > 1);
  brace(argc > 1);
  try {
    thrown(argc > 1);
  } catch (const std::runtime_error&) {
  }
}
// CHECK: 1 unit, {{.+}}, 4 findings{{$}}
