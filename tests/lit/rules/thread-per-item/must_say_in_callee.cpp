// The handler starts the thread; the loop calls the handler.
// CHECK: warning: `handle` starts a thread in every round of this loop{{.*}}[racestyle-thread-per-item]
// RUN: %check --rules racestyle-thread-per-item %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <string>
#include <thread>
#include <iostream>
void answer(std::string);
void handle(const std::string& line) { std::thread(answer, line).detach(); }
void serve() {
  std::string line;
  while (std::getline(std::cin, line)) handle(line);
}
