// Checked and acted on under one hold of the lock, also over helpers.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <map>
#include <mutex>
#include <string>
#include <thread>

class Cache {
public:
  int get(const std::string& key) {
    std::lock_guard guard(mu_);
    auto found = cache_.find(key);
    if (found != cache_.end()) return found->second;
    return cache_[key] = 1;
  }
  void limit() {
    std::lock_guard guard(mu_);
    if (tooMany()) clear();
  }

private:
  bool tooMany() const { return cache_.size() > 10; }
  void clear() { cache_.clear(); }
  std::mutex mu_;
  std::map<std::string, int> cache_;
};

int main() {
  Cache cache;
  std::thread one([&] { cache.get("a"); }), two([&] { cache.limit(); });
  one.join();
  two.join();
}
