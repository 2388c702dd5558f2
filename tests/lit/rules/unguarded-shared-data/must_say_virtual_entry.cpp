// The access is in an override that the thread reaches through its base.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <thread>

int done = 0;

struct Task {
  virtual ~Task() = default;
  virtual void run() = 0;
};

struct Count : Task {
  void run() override {
    ++done;
    // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`done`{{.*}}[racecourse-unguarded-shared-data]
  }
};

void execute(Task* task) { task->run(); }

int main() {
  Count one, two;
  std::thread first(execute, &one), second(execute, &two);
  first.join();
  second.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
