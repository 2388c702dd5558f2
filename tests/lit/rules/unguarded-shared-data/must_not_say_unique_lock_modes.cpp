// unique_lock deferred, adopted, tried, released and moved: the write is always under the mutex.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>
#include <utility>

std::mutex mu;
int value = 0;

void deferred() {
  std::unique_lock<std::mutex> lock(mu, std::defer_lock);
  lock.lock();
  ++value;
}

void adopted() {
  mu.lock();
  std::unique_lock<std::mutex> lock(mu, std::adopt_lock);
  ++value;
}

void adoptedByGuard() {
  mu.lock();
  std::lock_guard<std::mutex> lock(mu, std::adopt_lock);
  ++value;
}

void tried() {
  std::unique_lock<std::mutex> lock(mu, std::try_to_lock);
  if (lock.owns_lock()) ++value;
  if (!lock) return;
  ++value;
}

void triedLater() {
  std::unique_lock<std::mutex> lock(mu, std::defer_lock);
  if (lock.try_lock()) ++value;
}

void released() {
  std::unique_lock<std::mutex> lock(mu);
  std::mutex* raw = lock.release();
  ++value;
  raw->unlock();
}

void moved() {
  std::unique_lock<std::mutex> first(mu);
  std::unique_lock<std::mutex> second = std::move(first);
  ++value;
}

std::unique_lock<std::mutex> take() {
  std::unique_lock<std::mutex> lock(mu);
  return lock;
}

void returned() {
  auto lock = take();
  ++value;
}

void relocked() {
  std::unique_lock<std::mutex> lock(mu);
  lock.unlock();
  lock.lock();
  ++value;
}

void work() {
  deferred();
  adopted();
  adoptedByGuard();
  tried();
  triedLater();
  released();
  moved();
  returned();
  relocked();
}

int main() {
  std::thread first(work), second(work);
  first.join();
  second.join();
}
