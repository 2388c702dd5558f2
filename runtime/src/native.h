// The system's own calls, as the recorder makes them. In the static library they are what they are called. In the
// preloaded library those names are ours, so the next library's are looked up once and called through a table.
#pragma once

#include <pthread.h>
#include <semaphore.h>

#define RACECOURSE_NATIVE_CALLS(X)                                                                           \
  X(pthread_mutex_lock, int, (pthread_mutex_t * m), (m))                                                     \
  X(pthread_mutex_trylock, int, (pthread_mutex_t * m), (m))                                                  \
  X(pthread_mutex_timedlock, int, (pthread_mutex_t * m, const timespec* at), (m, at))                        \
  X(pthread_mutex_clocklock, int, (pthread_mutex_t * m, clockid_t clock, const timespec* at),                \
    (m, clock, at))                                                                                          \
  X(pthread_mutex_unlock, int, (pthread_mutex_t * m), (m))                                                   \
  X(pthread_mutex_init, int, (pthread_mutex_t * m, const pthread_mutexattr_t* a), (m, a))                    \
  X(pthread_mutex_destroy, int, (pthread_mutex_t * m), (m))                                                  \
  X(pthread_rwlock_rdlock, int, (pthread_rwlock_t * l), (l))                                                 \
  X(pthread_rwlock_wrlock, int, (pthread_rwlock_t * l), (l))                                                 \
  X(pthread_rwlock_tryrdlock, int, (pthread_rwlock_t * l), (l))                                              \
  X(pthread_rwlock_trywrlock, int, (pthread_rwlock_t * l), (l))                                              \
  X(pthread_rwlock_timedrdlock, int, (pthread_rwlock_t * l, const timespec* at), (l, at))                    \
  X(pthread_rwlock_timedwrlock, int, (pthread_rwlock_t * l, const timespec* at), (l, at))                    \
  X(pthread_rwlock_clockrdlock, int, (pthread_rwlock_t * l, clockid_t clock, const timespec* at),            \
    (l, clock, at))                                                                                          \
  X(pthread_rwlock_clockwrlock, int, (pthread_rwlock_t * l, clockid_t clock, const timespec* at),            \
    (l, clock, at))                                                                                          \
  X(pthread_rwlock_unlock, int, (pthread_rwlock_t * l), (l))                                                 \
  X(pthread_rwlock_init, int, (pthread_rwlock_t * l, const pthread_rwlockattr_t* a), (l, a))                 \
  X(pthread_rwlock_destroy, int, (pthread_rwlock_t * l), (l))                                                \
  X(pthread_spin_lock, int, (pthread_spinlock_t * l), (l))                                                   \
  X(pthread_spin_trylock, int, (pthread_spinlock_t * l), (l))                                                \
  X(pthread_spin_unlock, int, (pthread_spinlock_t * l), (l))                                                 \
  X(pthread_spin_init, int, (pthread_spinlock_t * l, int shared), (l, shared))                               \
  X(pthread_spin_destroy, int, (pthread_spinlock_t * l), (l))                                                \
  X(pthread_cond_wait, int, (pthread_cond_t * c, pthread_mutex_t * m), (c, m))                               \
  X(pthread_cond_timedwait, int, (pthread_cond_t * c, pthread_mutex_t * m, const timespec* at), (c, m, at))  \
  X(pthread_cond_clockwait, int,                                                                             \
    (pthread_cond_t * c, pthread_mutex_t * m, clockid_t clock, const timespec* at), (c, m, clock, at))       \
  X(pthread_create, int, (pthread_t * t, const pthread_attr_t* a, void* (*run)(void*), void* arg),           \
    (t, a, run, arg))                                                                                        \
  X(pthread_join, int, (pthread_t t, void** result), (t, result))                                            \
  X(pthread_detach, int, (pthread_t t), (t))                                                                 \
  X(pthread_setname_np, int, (pthread_t t, const char* name), (t, name))                                     \
  X(sem_wait, int, (sem_t * s), (s))                                                                         \
  X(sem_trywait, int, (sem_t * s), (s))                                                                      \
  X(sem_timedwait, int, (sem_t * s, const timespec* at), (s, at))                                            \
  X(sem_clockwait, int, (sem_t * s, clockid_t clock, const timespec* at), (s, clock, at))

namespace racecourse::detail::native {

#ifdef RACECOURSE_PRELOAD

struct Table {
#define RACECOURSE_POINTER(name, result, parameters, arguments) result(*name) parameters;
  RACECOURSE_NATIVE_CALLS(RACECOURSE_POINTER)
#undef RACECOURSE_POINTER
};
extern Table table;
/// Fills the table; cheap when it is filled. Called by every interposed function first.
void resolve();

#define RACECOURSE_CALL(name, result, parameters, arguments)                                                 \
  inline result name parameters {                                                                            \
    return table.name arguments;                                                                             \
  }
RACECOURSE_NATIVE_CALLS(RACECOURSE_CALL)
#undef RACECOURSE_CALL

#else

#define RACECOURSE_USING(name, result, parameters, arguments) using ::name;
RACECOURSE_NATIVE_CALLS(RACECOURSE_USING)
#undef RACECOURSE_USING

#endif

} // namespace racecourse::detail::native
