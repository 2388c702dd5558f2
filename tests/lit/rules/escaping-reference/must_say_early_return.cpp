// One way out of the function comes before the wait for the task: the local dies under it.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `run()::done`, {{.+}} can end while {{.+}} still uses it {{.*}}[racecourse-escaping-reference]
#include <atomic>
#include <thread>
#include <vector>

std::vector<std::thread> workers;

bool run(bool quick) {
  std::atomic<int> done{0};
  workers.emplace_back([&done] { done.store(1); });
  if (quick) return false;
  for (auto& worker : workers)
    worker.join();
  workers.clear();
  return done.load() == 1;
}

int main() {
  const bool ok = run(true);
  for (auto& worker : workers)
    worker.join();
  return ok ? 0 : 1;
}
