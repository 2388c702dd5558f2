// Everybody waits for the sleeper.
// CHECK: warning: `refresh` calls `std::this_thread::sleep_for` with `mu` held{{.*}}[racestyle-blocking-under-lock]
// RUN: %check --rules racestyle-blocking-under-lock %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <chrono>
#include <mutex>
#include <thread>
std::mutex mu;
int value;
void refresh() {
  std::lock_guard<std::mutex> g(mu);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  ++value;
}
