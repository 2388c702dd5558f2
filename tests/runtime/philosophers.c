/* Dining philosophers in plain C with plain pthreads: nothing in it knows Racecourse. `philosophers N hang`: each takes
   the left fork, waits until all have one, and asks for the right one. `philosophers N eat`: the last one takes the
   right fork first, and everybody eats. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { max_count = 16 };
static pthread_mutex_t fork_at[max_count];
static pthread_barrier_t all_have_one;
static int count, hang;

static void* philosopher(void* seat_of) {
  int seat = (int)(long)seat_of;
  int first = seat, second = (seat + 1) % count;
  if (!hang && seat == count - 1) {
    first = second;
    second = seat;
  }
  pthread_mutex_lock(&fork_at[first]);
  if (hang) pthread_barrier_wait(&all_have_one);
  pthread_mutex_lock(&fork_at[second]);
  pthread_mutex_unlock(&fork_at[second]);
  pthread_mutex_unlock(&fork_at[first]);
  return NULL;
}

int main(int argc, char** argv) {
  pthread_t threads[max_count];
  count = argc > 1 ? atoi(argv[1]) : 3;
  if (count < 2 || count > max_count) return 2;
  hang = argc > 2 && strcmp(argv[2], "hang") == 0;
  pthread_barrier_init(&all_have_one, NULL, (unsigned)count);
  for (int i = 0; i < count; ++i)
    pthread_mutex_init(&fork_at[i], NULL);
  for (int i = 0; i < count; ++i)
    pthread_create(&threads[i], NULL, philosopher, (void*)(long)i);
  for (int i = 0; i < count; ++i)
    pthread_join(threads[i], NULL);
  for (int i = 0; i < count; ++i)
    pthread_mutex_destroy(&fork_at[i]);
  puts("everybody ate");
  return 0;
}
