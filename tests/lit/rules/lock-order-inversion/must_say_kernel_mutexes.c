// Two of the kernel's mutexes, declared only.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

struct mutex {
  int raw;
};
void mutex_lock(struct mutex*);
void mutex_unlock(struct mutex*);

static struct mutex device, bus;

static void* probe(void* unused) {
  (void)unused;
  mutex_lock(&device);
  mutex_lock(&bus);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}{{.*}}[racecourse-lock-order-inversion]
  mutex_unlock(&bus);
  mutex_unlock(&device);
  return 0;
}
static void* detach(void* unused) {
  (void)unused;
  mutex_lock(&bus);
  mutex_lock(&device);
  mutex_unlock(&device);
  mutex_unlock(&bus);
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, probe, 0);
  pthread_create(&second, 0, detach, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
