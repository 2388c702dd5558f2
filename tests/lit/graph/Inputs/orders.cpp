// Three circles: a and b by two threads, c and d too but under a gate, e and f by one thread. A run takes g before h only
// when it gets an argument.
#include <latch>
#include <mutex>
#include <thread>

std::mutex a, b, c, d, e, f, g, h, gate;
int shared_by_all = 0;
std::latch first_is_done(1); // so that a run takes both orders and never hangs

void first() {
  {
    std::lock_guard one(a);
    std::lock_guard two(b);
    ++shared_by_all;
  }
  {
    std::lock_guard around(gate);
    std::lock_guard three(c);
    std::lock_guard four(d);
  }
  first_is_done.count_down();
}

void second() {
  first_is_done.wait();
  {
    std::lock_guard two(b);
    std::lock_guard one(a);
    ++shared_by_all;
  }
  std::lock_guard around(gate);
  std::lock_guard four(d);
  std::lock_guard three(c);
}

void alone() {
  {
    std::lock_guard five(e);
    std::lock_guard six(f);
  }
  std::lock_guard six(f);
  std::lock_guard five(e);
}

void rarely() {
  std::lock_guard seven(g);
  std::lock_guard eight(h);
}

int main(int argc, char**) {
  std::thread one(first);
  std::thread two(second);
  one.join();
  two.join();
  alone();
  if (argc > 1) rarely();
}
