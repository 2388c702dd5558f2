// The second critical section looks again before it acts.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <map>
#include <mutex>
#include <string>
#include <thread>

class Cache {
public:
  int get(const std::string& key) {
    {
      std::lock_guard guard(mu_);
      auto found = cache_.find(key);
      if (found != cache_.end()) return found->second;
    }
    int value = static_cast<int>(key.size()); // slow work without the lock
    std::lock_guard guard(mu_);
    auto found = cache_.find(key);
    if (found != cache_.end()) return found->second;
    cache_[key] = value;
    return value;
  }

private:
  std::mutex mu_;
  std::map<std::string, int> cache_;
};

int main() {
  Cache cache;
  std::thread one([&] { cache.get("a"); }), two([&] { cache.get("a"); });
  one.join();
  two.join();
}
