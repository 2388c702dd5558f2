// A lock class of the program's own has guards as well.
// CHECK: warning: `mu` is locked and unlocked by hand in `add`{{.*}}[racestyle-manual-lock]
// RUN: %check --rules racestyle-manual-lock %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <mutex>
class Mutex {
public:
  void Lock() { mu_.lock(); }
  void Unlock() { mu_.unlock(); }
private:
  std::mutex mu_;
};
Mutex mu;
int total;
void add(int n) {
  mu.Lock();
  total += n;
  mu.Unlock();
}
