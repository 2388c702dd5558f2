// The thread runs a method on an object of the spawner.
// CHECK: {{error|warning}}: {{.*}}`Sampler::running_`{{.*}}[racecourse-unguarded-shared-data]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <thread>

class Sampler {
public:
  void run() {
    while (running_) ++samples_;
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: reads {{.*}}running_
  }
  void stop() {
    running_ = false;
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: writes {{.*}}running_
  }
  int samples() const { return samples_; }

private:
  bool running_ = true;
  int samples_ = 0;
};

int main() {
  Sampler sampler;
  std::thread thread(&Sampler::run, &sampler);
  sampler.stop();
  thread.join();
  return sampler.samples();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
