// A method starts a thread on `this`; the object is a local of main. The flag is written while the thread reads it.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

class Sampler {
public:
  void start() {
    thread_ = std::thread([this] {
      while (!stop_) {
        std::lock_guard guard(mutex_);
        ++samples_;
      }
    });
  }
  void stop() {
    // CHECK: [[@LINE+1]]:11: error: {{.*}}Sampler::stop_{{.*}}[racecourse-unguarded-shared-data]
    stop_ = true;
    thread_.join();
  }
  int samples() {
    std::lock_guard guard(mutex_);
    return samples_;
  }

private:
  bool stop_ = false;
  std::mutex mutex_;
  int samples_ = 0;
  std::thread thread_;
};

int main() {
  Sampler sampler;
  sampler.start();
  int seen = sampler.samples();
  sampler.stop();
  return seen;
}
