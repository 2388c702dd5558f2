// rule: racecourse-wait-without-predicate
// applies: suggested
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready = 0;

static void *consume(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  if (!ready) {
    pthread_cond_wait(&changed, &mutex);
  }
  ready = 0;
  pthread_mutex_unlock(&mutex);
  return 0;
}

int main(void) {
  pthread_t consumer;
  pthread_create(&consumer, 0, consume, 0);
  pthread_mutex_lock(&mutex);
  ready = 1;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&mutex);
  pthread_join(consumer, 0);
  return 0;
}
