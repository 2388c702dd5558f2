// The thread detaches itself, which is no better.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: detached {{.+}} uses `name`, which the end of the program destroys{{.*}}[racecourse-detached-thread]
#include <cstdio>
#include <pthread.h>
#include <string>

std::string name = "a name that is too long for the object itself";

void* work(void*) {
  pthread_detach(pthread_self());
  std::printf("%s\n", name.c_str());
  return nullptr;
}

int main() {
  pthread_t thread;
  pthread_create(&thread, nullptr, work, nullptr);
  return 0;
}
