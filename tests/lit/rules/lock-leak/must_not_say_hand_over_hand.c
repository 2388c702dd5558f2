// Along a list hand over hand: the last lock is given back by the name that it has then.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

struct node {
  int value;
  struct node* next;
  pthread_mutex_t mutex;
};
static struct node last = {2, 0, PTHREAD_MUTEX_INITIALIZER};
static struct node head = {1, &last, PTHREAD_MUTEX_INITIALIZER};

static void* walks(void* unused) {
  (void)unused;
  struct node* node = &head;
  pthread_mutex_lock(&node->mutex);
  while (node->next) {
    struct node* next = node->next;
    pthread_mutex_lock(&next->mutex);
    pthread_mutex_unlock(&node->mutex);
    node = next;
    node->value += 1;
  }
  pthread_mutex_unlock(&node->mutex);
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, walks, 0);
  pthread_create(&second, 0, walks, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
