// malloc, fill, then link in under the lock.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <stdlib.h>

struct node {
  int value;
  struct node* next;
};

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static struct node* head;

static void* push(void* unused) {
  (void)unused;
  struct node* node = malloc(sizeof *node);
  if (!node) return 0;
  node->value = 7;
  pthread_mutex_lock(&mu);
  node->next = head;
  head = node;
  pthread_mutex_unlock(&mu);
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, push, 0);
  pthread_create(&second, 0, push, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
