// A container of workers is a set of workers.
// RUN: %check --rules racestyle-thread-per-item %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <thread>
#include <vector>
void work(int);
struct Worker {
  int id = 0;
  std::thread thread;
};
void start(std::vector<Worker>& workers, std::vector<std::thread>& threads) {
  for (Worker& w : workers) w.thread = std::thread(work, w.id);
  for (std::thread& t : threads) t = std::thread(work, 0);
  for (Worker& w : workers) w.thread.join();
  for (std::thread& t : threads) t.join();
}
