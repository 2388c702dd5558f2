// The exception is caught where the lock is let go; a guard needs no care at all.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <stdexcept>

std::mutex mu;
int limit = 0;

int parse(const char* text) {
  if (!*text) throw std::invalid_argument("empty");
  return *text - '0';
}

void byCatch(const char* text) {
  mu.lock();
  try {
    limit = parse(text);
  } catch (...) {
    mu.unlock();
    throw;
  }
  mu.unlock();
}

void byGuard(const char* text) {
  std::lock_guard guard(mu);
  limit = parse(text);
}

int main(int argc, char** argv) {
  try {
    byCatch(argv[argc - 1]);
    byGuard(argv[argc - 1]);
  } catch (const std::invalid_argument&) {
    return 1;
  }
}
