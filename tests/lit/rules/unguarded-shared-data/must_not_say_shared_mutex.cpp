// Readers share, the writer is alone.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

class Names {
public:
  void set(int id, std::string name) {
    std::unique_lock lock(mu_);
    names_[id] = std::move(name);
  }
  bool has(int id) const {
    std::shared_lock lock(mu_);
    return names_.find(id) != names_.end();
  }

private:
  mutable std::shared_mutex mu_;
  std::map<int, std::string> names_;
};

int main() {
  Names names;
  std::thread reader([&] { names.has(1); });
  names.set(1, "one");
  reader.join();
}
