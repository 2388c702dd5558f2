// Compiled twice for tests/runtime/off_code.py: with std's types, and with ours switched off. Every way through a lock.
#include <mutex>
#include <shared_mutex>

#ifdef WITH_STD
namespace locks = std;
#else
#include "racecourse/mutex.h"
#include "racecourse/shared_mutex.h"
namespace locks = racecourse;
#endif

extern "C" {
long counter = 0;
locks::mutex plain;
locks::recursive_mutex again;
locks::timed_mutex timed;
locks::shared_mutex shared;

long guarded(long by) {
  std::lock_guard guard(plain);
  return counter += by;
}
bool tried(long by) {
  if (!plain.try_lock()) return false;
  counter += by;
  plain.unlock();
  return true;
}
long nested(long by) {
  std::lock_guard outer(again);
  std::unique_lock inner(plain);
  counter += by;
  inner.unlock();
  return counter;
}
bool limited(long by) {
  std::unique_lock guard(timed, std::chrono::milliseconds(by));
  return guard.owns_lock();
}
long both(long by) {
  std::scoped_lock two(plain, timed);
  return counter += by;
}
long read_it() {
  std::shared_lock guard(shared);
  return counter;
}
void own(long by) {
  locks::mutex local;
  std::lock_guard guard(local);
  counter += by;
}
}
