// Somebody else may read it.
// RUN: %check --rules racestyle-discarded-future %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <future>
#include <vector>
int work();
std::future<int> start() { return std::async(std::launch::async, work); }
void keep(std::future<int>);
class Job {
public:
  void run() { result_ = std::async(std::launch::async, work); }
  int result() { return result_.get(); }
private:
  std::future<int> result_;
};
void go(std::vector<std::future<int>>& all) {
  keep(std::async(std::launch::async, work));
  all.push_back(start());
}
