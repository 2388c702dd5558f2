// rule: racecourse-escaping-reference
// applies: suggested
#include <atomic>
#include <string>
#include <thread>

std::atomic<unsigned long> seen{0};

void handle(int request) {
  std::string name = "request " + std::to_string(request);
  std::thread([&name] { seen = name.size(); }).detach();
}

int main() {
  handle(1);
  while (seen == 0)
    std::this_thread::yield();
}
