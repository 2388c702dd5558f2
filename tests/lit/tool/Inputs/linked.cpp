// Two threads, two locks, both orders; linked with the runtime.
#include "racecourse/mutex.h"
#include "racecourse/thread.h"

#include <atomic>
#include <mutex>

int main() {
  racecourse::mutex a("a"), b("b");
  std::atomic<int> turn{0};
  racecourse::thread one([&] {
    {
      std::lock_guard first(a);
      std::lock_guard second(b);
    }
    turn = 1;
    turn.notify_all();
    turn.wait(1);
  });
  racecourse::thread two([&] {
    turn.wait(0);
    {
      std::lock_guard first(b);
      std::lock_guard second(a);
    }
    turn = 2;
    turn.notify_all();
  });
  one.join();
  two.join();
}
