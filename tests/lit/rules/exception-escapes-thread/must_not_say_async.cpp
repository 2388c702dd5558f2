// std::async and packaged_task hand the exception to whoever asks for the result.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <future>
#include <stdexcept>
#include <thread>

int work() {
  throw std::runtime_error("work");
}

int main() {
  std::future<int> result = std::async(std::launch::async, work);
  std::packaged_task<int()> task(work);
  std::future<int> other = task.get_future();
  std::thread worker(std::move(task));
  worker.join();
  try {
    return result.get() + other.get();
  } catch (const std::runtime_error&) {
    return 1;
  }
}
