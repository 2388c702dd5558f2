// A jthread joins where its scope ends.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <thread>

int main() {
  int result = 0;
  {
    std::jthread worker([&] { result = 1; });
  }
  return result + 1;
}
