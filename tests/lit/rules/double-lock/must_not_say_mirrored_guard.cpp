// A guard turned round: its constructor unlocks what its destructor locks again. The call in between finds the lock free.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

class Unlocked {
public:
  explicit Unlocked(std::mutex &mutex) : mutex_(mutex) { mutex_.unlock(); }
  ~Unlocked() { mutex_.lock(); }

private:
  std::mutex &mutex_;
};

struct Station {
  std::mutex mutex;
  int visits = 0;
  void visit() {
    std::lock_guard<std::mutex> guard(mutex);
    ++visits;
  }
};

void work(Station &station) {
  std::lock_guard<std::mutex> guard(station.mutex);
  ++station.visits;
  {
    Unlocked unlocked(station.mutex);
    station.visit();
  }
  ++station.visits;
}

int main() {
  Station station;
  std::thread a([&] { work(station); });
  station.visit();
  a.join();
}
