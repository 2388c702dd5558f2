// A local flag remembers whether the lock was taken; a failed pthread lock is not held.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <pthread.h>
#include <thread>

std::mutex mutex;
pthread_mutex_t old = PTHREAD_MUTEX_INITIALIZER;
int total;

void remember(bool careful) {
  bool held = false;
  if (careful) {
    mutex.lock();
    held = true;
    ++total;
  }
  if (held) mutex.unlock();
}

int failing() {
  int code = pthread_mutex_lock(&old);
  if (code != 0) return code;
  code = pthread_mutex_unlock(&old);
  return code;
}

int main() {
  std::thread a([] { remember(true); }), b([] { failing(); });
  remember(true);
  failing();
  a.join();
  b.join();
}
