// The loop refuses when there are enough, or waits for a permit.
// RUN: %check --rules racestyle-thread-per-item %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <semaphore>
#include <sys/socket.h>
#include <thread>
int active, limit = 10;
std::counting_semaphore<64> permits(64);
void serve(int);
void refuse(int);
void listenOn(int fd) {
  for (;;) {
    int client = accept(fd, nullptr, nullptr);
    if (active >= limit) {
      refuse(client);
      continue;
    }
    std::thread(serve, client).detach();
  }
}
void listenWithPermits(int fd) {
  for (;;) {
    int client = accept(fd, nullptr, nullptr);
    permits.acquire();
    std::thread([client] { serve(client); permits.release(); }).detach();
  }
}
