// The write stands where the try did not get the lock.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int done;

static void* work(void* unused) {
  (void)unused;
  if (pthread_mutex_trylock(&mu) == 0) {
    done++;
    done--;
    pthread_mutex_unlock(&mu);
  } else {
    done++;
    // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`done`{{.*}}[racecourse-unguarded-shared-data]
  }
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, work, 0);
  pthread_create(&second, 0, work, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
