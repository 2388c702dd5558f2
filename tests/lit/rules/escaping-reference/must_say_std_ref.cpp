// std::ref makes the thread use the parameter itself, which ends with the call.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `handle()::request`, {{.+}} can end while {{.+}} still uses it {{.*}}[racecourse-escaping-reference]
#include <string>
#include <thread>

void count(std::string& text) {
  text += "x";
}

void handle(std::string request) {
  std::thread worker(count, std::ref(request));
  worker.detach();
}

int main() {
  handle("a");
  return 0;
}
