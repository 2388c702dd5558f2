// An object is filled before anyone else can know it, then published under the lock.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

struct Message {
  int id = 0;
  int size = 0;
};

std::mutex mu;
std::vector<std::unique_ptr<Message>> outbox;

void send(int id) {
  auto message = std::make_unique<Message>();
  message->id = id;
  message->size = id * 2;
  std::lock_guard guard(mu);
  outbox.push_back(std::move(message));
}

int main() {
  std::thread first(send, 1), second(send, 2);
  first.join();
  second.join();
}
