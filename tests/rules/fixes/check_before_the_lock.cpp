// rule: racecourse-check-then-act
// applies: suggested
#include <atomic>
#include <mutex>
#include <thread>

class Seats {
public:
  bool book() {
    bool booked = false;
    if (free_ > 0) {
      std::lock_guard<std::mutex> guard(mutex_);
      free_ = free_ - 1;
      booked = true;
    }
    return booked;
  }

private:
  std::mutex mutex_;
  std::atomic<int> free_{1};
};

int main() {
  Seats seats;
  std::thread one([&] { seats.book(); });
  std::thread two([&] { seats.book(); });
  one.join();
  two.join();
}
