// The virtual methods of registered observers.
// CHECK: warning: `Model::set` calls the observer `Listener::changed` with {{.*}}mu_` held{{.*}}[racestyle-callback-under-lock]
// RUN: %check --rules racestyle-callback-under-lock %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <mutex>
#include <vector>
struct Listener {
  virtual ~Listener() = default;
  virtual void changed(int) = 0;
};
class Model {
public:
  void add(Listener* l) {
    std::lock_guard<std::mutex> g(mu_);
    listeners_.push_back(l);
  }
  void set(int v) {
    std::lock_guard<std::mutex> g(mu_);
    value_ = v;
    for (Listener* l : listeners_) l->changed(v);
  }
private:
  std::mutex mu_;
  int value_ = 0;
  std::vector<Listener*> listeners_;
};
void use(Model& m) { m.set(1); }
