/* A malloc of the kind that heap profilers bring: it comes before the C library's and takes a pthread lock in every call,
   keeps books under a second one, and starts before anybody else. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);
extern void __libc_free(void*);

static pthread_mutex_t heap = PTHREAD_MUTEX_INITIALIZER, books = PTHREAD_MUTEX_INITIALIZER;
static unsigned long calls;

static void note(void) {
  pthread_mutex_lock(&heap);
  pthread_mutex_lock(&books);
  ++calls;
  pthread_mutex_unlock(&books);
  pthread_mutex_unlock(&heap);
}

void* malloc(size_t size) {
  note();
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  note();
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) {
  note();
  return __libc_realloc(memory, size);
}
void* memalign(size_t alignment, size_t size) {
  note();
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}
int posix_memalign(void** memory, size_t alignment, size_t size) {
  *memory = memalign(alignment, size);
  return *memory ? 0 : 12;
}
void free(void* memory) {
  note();
  __libc_free(memory);
}
