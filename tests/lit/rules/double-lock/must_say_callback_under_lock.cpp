// The lambda locks again what the function that runs it already holds.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <vector>

class Names {
public:
  template <typename Visitor> void each(Visitor visit) {
    std::lock_guard guard(mu_);
    for (int name : names_) visit(name);
  }
  void add(int name) {
    std::lock_guard guard(mu_);
    // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}mu_`{{.*}}[racecourse-double-lock]
    names_.push_back(name);
  }

private:
  std::mutex mu_;
  std::vector<int> names_;
};

int main() {
  Names names;
  names.each([&](int name) { names.add(name + 1); });
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
