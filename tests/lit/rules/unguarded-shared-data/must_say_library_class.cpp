// No thread in sight: a class that owns a mutex means its methods for many threads.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <string>
#include <vector>

class Registry {
public:
  void add(std::string name) {
    std::scoped_lock lock(mu_);
    names_.push_back(std::move(name));
  }
  void drop() {
    std::scoped_lock lock(mu_);
    names_.pop_back();
  }
  void clear() {
    std::scoped_lock lock(mu_);
    names_.clear();
  }
  std::size_t size() const {
    return names_.size();
    // CHECK: :[[@LINE-1]]:{{[0-9]+}}: warning: {{.*}}`Registry::names_`{{.*}}[racecourse-unguarded-shared-data]
    // CHECK: note: confidence: medium
  }

private:
  mutable std::mutex mu_;
  std::vector<std::string> names_;
};
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
