// Something happens between the two guards, and it needs the first one only: no fix.
// rule: racecourse-lock-order-inversion
// applies: never
#include <mutex>
#include <thread>

std::mutex a, b;
int in_a = 0, in_b = 0;

void forwards() {
  std::lock_guard<std::mutex> first(a);
  ++in_a;
  std::lock_guard<std::mutex> second(b);
  ++in_b;
}

void backwards() {
  std::lock_guard<std::mutex> first(b);
  ++in_b;
  std::lock_guard<std::mutex> second(a);
  ++in_a;
}

int main() {
  std::thread one(forwards), two(backwards);
  one.join();
  two.join();
}
