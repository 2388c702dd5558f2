// Must is what every way here holds, may what some way holds.
// RUN: %racecourse check --dump-state --exit-zero %s -- %cc | FileCheck %s
#include <pthread.h>

void racecourse_probe(const char*);

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;

int main(int argc, char** argv) {
  (void)argv;
  if (pthread_mutex_trylock(&mu) == 0) {
    racecourse_probe("got it");
    // CHECK: :[[@LINE-1]]: got it [main thread] must {mu} may {mu}
    pthread_mutex_unlock(&mu);
  } else {
    racecourse_probe("missed");
    // CHECK: :[[@LINE-1]]: missed [main thread] must {} may {}
  }
  if (argc > 1) pthread_mutex_lock(&mu);
  racecourse_probe("perhaps");
  // CHECK: :[[@LINE-1]]: perhaps [main thread] must {} may {mu}
  if (argc > 1) pthread_mutex_unlock(&mu);
  racecourse_probe("again free");
  // CHECK: :[[@LINE-1]]: again free [main thread] must {} may {}
  pthread_rwlock_rdlock(&table);
  racecourse_probe("reading");
  // CHECK: :[[@LINE-1]]: reading [main thread] must {table (shared)} may {table (shared)}
  pthread_rwlock_unlock(&table);
  pthread_rwlock_wrlock(&table);
  racecourse_probe("writing");
  // CHECK: :[[@LINE-1]]: writing [main thread] must {table} may {table}
  pthread_rwlock_unlock(&table);
  for (int i = 0; i < argc; ++i) {
    pthread_mutex_lock(&mu);
    racecourse_probe("round");
    // CHECK: :[[@LINE-1]]: round [main thread] must {mu} may {mu}
    if (i == 3) {
      pthread_mutex_unlock(&mu);
      continue;
    }
    pthread_mutex_unlock(&mu);
  }
  racecourse_probe("after the loop");
  // CHECK: :[[@LINE-1]]: after the loop [main thread] must {} may {}
  return 0;
}
