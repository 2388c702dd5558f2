// The second thread only tries for its second lock, and gives up.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

std::mutex a, b;

void forward() {
  std::lock_guard first(a);
  std::lock_guard second(b);
}

void backward() {
  std::lock_guard first(b);
  std::unique_lock second(a, std::try_to_lock);
  if (!second) return;
  std::unique_lock<std::mutex> third;
}

int main() {
  std::thread one(forward), two(backward);
  one.join();
  two.join();
}
