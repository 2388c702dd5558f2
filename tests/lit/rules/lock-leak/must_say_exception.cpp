// An exception passes between lock and unlock.
// CHECK: {{error|warning}}: {{.*}}`mu`{{.*}}[racecourse-lock-leak]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <stdexcept>

std::mutex mu;
int limit = 0;

int parse(const char* text) {
  if (!*text) throw std::invalid_argument("empty");
  return *text - '0';
}

void configure(const char* text) {
  mu.lock();
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}mu
  limit = parse(text);
  mu.unlock();
}

int main(int argc, char** argv) {
  try {
    configure(argv[argc - 1]);
  } catch (const std::invalid_argument&) {
    return 1;
  }
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
