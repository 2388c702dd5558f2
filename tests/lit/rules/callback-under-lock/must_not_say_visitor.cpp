// The caller passes what is to be called, and is known.
// RUN: %check --rules racestyle-callback-under-lock %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <functional>
#include <mutex>
#include <vector>
class Table {
public:
  template <class F> void each(F f) {
    std::lock_guard<std::mutex> g(mu_);
    for (int v : values_) f(v);
  }
  void visit(const std::function<void(int)>& f) {
    std::lock_guard<std::mutex> g(mu_);
    for (int v : values_) f(v);
  }
private:
  std::mutex mu_;
  std::vector<int> values_;
};
int sum(Table& t) {
  int all = 0;
  t.each([&](int v) { all += v; });
  t.visit([&](int v) { all += v; });
  return all;
}
