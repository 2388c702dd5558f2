// An object of a library's class that shows nothing of the kind, changed by two threads.
// CHECK: {{error|warning}}: {{.*}}session`{{.*}}[racecourse-unguarded-shared-data]
// RUN: %check %s -- %cxx -isystem %root/tests/lit/rules/unguarded-shared-data/Inputs/library | FileCheck %s --implicit-check-not='[racecourse-'
#include <library.h>
#include <thread>

int main() {
  library::Session session;
  std::thread sending([&] { session.send(); });
  session.send();
  sending.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
