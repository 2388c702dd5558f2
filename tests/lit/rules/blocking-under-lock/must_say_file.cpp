// A file is opened while others wait to add.
// CHECK: warning: `Totals::save` calls `std::basic_ofstream` with {{.*}}mu_` held{{.*}}[racestyle-blocking-under-lock]
// RUN: %check --rules racestyle-blocking-under-lock %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <fstream>
#include <mutex>
class Totals {
public:
  void add(int n) {
    std::lock_guard<std::mutex> g(mu_);
    total_ += n;
  }
  void save() {
    std::lock_guard<std::mutex> g(mu_);
    std::ofstream out("totals.txt");
    out << total_;
  }
private:
  std::mutex mu_;
  int total_ = 0;
};
void use(Totals& t) { t.add(1); t.save(); }
