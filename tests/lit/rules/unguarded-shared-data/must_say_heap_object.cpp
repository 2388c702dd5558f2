// An object of the heap, handed to two threads by shared_ptr.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <memory>
#include <thread>

struct Job {
  int progress = 0;
};

void advance(std::shared_ptr<Job> job) {
  job->progress += 10;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`Job::progress`{{.*}}[racecourse-unguarded-shared-data]
}

int main() {
  auto job = std::make_shared<Job>();
  job->progress = 1; // fresh: nobody else has it yet
  std::thread first(advance, job), second(advance, job);
  first.join();
  second.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
