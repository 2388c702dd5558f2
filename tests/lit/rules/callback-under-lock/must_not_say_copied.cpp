// Copied under the lock, called after it.
// RUN: %check --rules racestyle-callback-under-lock %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <functional>
#include <mutex>
class Button {
public:
  void onClick(std::function<void()> f) {
    std::lock_guard<std::mutex> g(mu_);
    click_ = std::move(f);
  }
  void click() {
    std::function<void()> f;
    {
      std::lock_guard<std::mutex> g(mu_);
      f = click_;
    }
    if (f) f();
  }
private:
  std::mutex mu_;
  std::function<void()> click_;
};
void use(Button& b) { b.click(); }
