// Whatever was subscribed runs inside the section.
// CHECK: warning: `Topic::publish` calls the stored function {{.*}}mu_` held{{.*}}[racestyle-callback-under-lock]
// RUN: %check --rules racestyle-callback-under-lock %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <functional>
#include <mutex>
#include <vector>
class Topic {
public:
  void subscribe(std::function<void(int)> f) {
    std::lock_guard<std::mutex> g(mu_);
    handlers_.push_back(std::move(f));
  }
  void publish(int v) {
    std::lock_guard<std::mutex> g(mu_);
    for (auto& h : handlers_) h(v);
  }
private:
  std::mutex mu_;
  std::vector<std::function<void(int)>> handlers_;
};
void use(Topic& t) { t.publish(1); }
