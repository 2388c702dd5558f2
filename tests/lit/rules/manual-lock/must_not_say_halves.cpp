// Each half is somebody's lock, or unlock; and a caller's lock is given back for a while.
// RUN: %check --rules racestyle-manual-lock %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <mutex>
class Store {
public:
  void begin() { mu_.lock(); }
  void end() { mu_.unlock(); }
  void work() {
    mu_.unlock();
    slow();
    mu_.lock();
    ++n_;
  }
private:
  void slow() {}
  std::mutex mu_;
  int n_ = 0;
};
void use(Store& s) { s.begin(); s.work(); s.end(); }
