// A shared pointer captured by copy points where the original points.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <memory>
#include <thread>

struct Job {
  int done = 0;
};

int main() {
  auto job = std::make_shared<Job>();
  std::thread worker([job] { job->done += 1; });
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`Job::done` is updated{{.*}}[racecourse-unguarded-shared-data]
  job->done += 1;
  worker.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
