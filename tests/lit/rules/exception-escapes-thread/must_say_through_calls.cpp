// The throw is two calls below the thread, in a constructor.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: an exception{{.*}} thrown in `Order::Order` can leave {{.+}}; the whole program ends then {{.*}}[racecourse-exception-escapes-thread]
#include <stdexcept>
#include <thread>

class Order {
public:
  explicit Order(int amount) {
    if (amount <= 0) throw std::runtime_error("amount");
  }
};

void process(int amount) {
  Order order(amount);
}

int main() {
  std::jthread worker([] { process(0); });
  return 0;
}
