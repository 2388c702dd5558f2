// What is held at a point: guards, scopes, unlocking by hand, waiting.
// RUN: %racecourse check --dump-state --exit-zero %s -- %cxx | FileCheck %s
#include <condition_variable>
#include <mutex>

void racecourse_probe(const char*);

std::mutex a, b;
std::condition_variable changed;
bool ready = false;

int main() {
  racecourse_probe("nothing");
  // CHECK: :[[@LINE-1]]: nothing [main thread] must {} may {}
  {
    std::lock_guard first(a);
    racecourse_probe("guard");
    // CHECK: :[[@LINE-1]]: guard [main thread] must {a} may {a}
    std::scoped_lock second(b);
    racecourse_probe("both");
    // CHECK: :[[@LINE-1]]: both [main thread] must {a, b} may {a, b}
  }
  racecourse_probe("scope left");
  // CHECK: :[[@LINE-1]]: scope left [main thread] must {} may {}
  std::unique_lock lock(a);
  lock.unlock();
  racecourse_probe("unlocked");
  // CHECK: :[[@LINE-1]]: unlocked [main thread] must {} may {}
  lock.lock();
  while (!ready) changed.wait(lock);
  racecourse_probe("waited");
  // CHECK: :[[@LINE-1]]: waited [main thread] must {a} may {a}
  std::unique_lock moved(std::move(lock));
  racecourse_probe("moved");
  // CHECK: :[[@LINE-1]]: moved [main thread] must {a} may {a}
  moved.release();
  racecourse_probe("released");
  // CHECK: :[[@LINE-1]]: released [main thread] must {a} may {a}
  a.unlock();
  racecourse_probe("end");
  // CHECK: :[[@LINE-1]]: end [main thread] must {} may {}
}
