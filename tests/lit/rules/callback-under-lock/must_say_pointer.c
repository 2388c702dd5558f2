// C: a function pointer that somebody registered.
// CHECK: warning: `close_one` calls the registered function {{.*}}on_close` with {{.*}}mu` held{{.*}}[racestyle-callback-under-lock]
// RUN: %check --rules racestyle-callback-under-lock %s -- %cc | FileCheck %s --implicit-check-not='[race'
#include <pthread.h>
struct server {
  pthread_mutex_t mu;
  void (*on_close)(int);
  int open;
};
void set_on_close(struct server* s, void (*f)(int)) { s->on_close = f; }
void close_one(struct server* s, int fd) {
  pthread_mutex_lock(&s->mu);
  s->open--;
  s->on_close(fd);
  pthread_mutex_unlock(&s->mu);
}
