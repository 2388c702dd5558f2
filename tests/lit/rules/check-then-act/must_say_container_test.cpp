// Looked up under the lock, inserted under the lock, but not in one breath.
// CHECK: {{error|warning}}: {{.*}}cache_`{{.*}}[racecourse-check-then-act]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <map>
#include <mutex>
#include <string>
#include <thread>

class Cache {
public:
  void load(const std::string& key) {
    {
      std::lock_guard guard(mu_);
      if (cache_.count(key) != 0) return;
      // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}cache_
    }
    int value = static_cast<int>(key.size());
    std::lock_guard guard(mu_);
    cache_[key] = value;
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}cache_
  }

private:
  std::mutex mu_;
  std::map<std::string, int> cache_;
};

int main() {
  Cache cache;
  std::thread one([&] { cache.load("k"); }), two([&] { cache.load("k"); });
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
