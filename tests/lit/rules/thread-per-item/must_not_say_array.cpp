// As many threads as a std::array has elements: its type says how many.
// RUN: %check %s --rules='*' -- %cxx | FileCheck %s --implicit-check-not='[race'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <array>
#include <thread>
#include <vector>

void work(const int& task);

void run(const std::array<int, 3>& tasks) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < tasks.size(); ++i)
    threads.emplace_back([&tasks, i] { work(tasks[i]); });
  for (const int& task : tasks)
    threads.emplace_back([&task] { work(task); });
  for (std::thread& thread : threads)
    thread.join();
}

int main() { run({1, 2, 3}); }
