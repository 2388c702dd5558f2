// An object of a library's class that has atomics or locks of its own: it looks after itself, only the library knows how.
// RUN: %check %s -- %cxx -isystem %root/tests/lit/rules/unguarded-shared-data/Inputs/library | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <library.h>
#include <thread>

int main() {
  library::Server server;
  std::thread serving([&] { server.listen(); });
  server.stop();
  serving.join();
}
