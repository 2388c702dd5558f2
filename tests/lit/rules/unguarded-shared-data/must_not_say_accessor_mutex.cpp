// The mutex is reached through an accessor of a singleton.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

class Settings {
public:
  static Settings& instance() {
    static Settings settings;
    return settings;
  }
  std::mutex& mutex() { return mu_; }
  int level = 0;

private:
  std::mutex mu_;
};

void raise() {
  std::lock_guard guard(Settings::instance().mutex());
  Settings::instance().level += 1;
}

int main() {
  std::thread first(raise), second(raise);
  first.join();
  second.join();
}
