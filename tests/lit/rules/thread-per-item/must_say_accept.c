// A thread per connection, let go.
// CHECK: warning: a thread is started in every round of this loop{{.*}}[racestyle-thread-per-item]
// RUN: %check --rules racestyle-thread-per-item %s -- %cc | FileCheck %s --implicit-check-not='[race'
#include <pthread.h>
#include <sys/socket.h>
static void* serve(void* arg) { return arg; }
void listen_on(int fd) {
  for (;;) {
    long client = accept(fd, 0, 0);
    if (client < 0) continue;
    pthread_t t;
    pthread_create(&t, 0, serve, (void*)client);
    pthread_detach(t);
  }
}
