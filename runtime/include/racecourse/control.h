// What a program may say to the recorder and ask of it. All of it may be called from any thread, before main and
// after, and does nothing harmful when recording is off or compiled out (RACECOURSE_OFF).
#pragma once

#include <cstddef>
#include <cstdint>

namespace racecourse {

enum class operation_kind : std::uint8_t {
  acquire, ///< about to ask for a lock
  release, ///< gave it back
  wait,    ///< about to wait for something without an owner
  woken,
  notify,
  spawn,
  start,
  finish,
  join,
};

/// What the hook point is told, before the operation (after it for release, woken, start, finish).
struct operation {
  operation_kind kind;
  std::uint32_t thread; ///< number of the calling thread, 0 when unknown
  std::uint32_t object; ///< lock or thread number, 0 when it has none
  bool shared;
  bool may_fail;     ///< a try or a timed wait
  const void* place; ///< return address
};
using operation_hook = void (*)(const operation&);

#ifdef RACECOURSE_OFF
inline void set_operation_hook(operation_hook) {}
inline void set_thread_name(const char*) {}
inline bool write_graph(const char*) {
  return false;
}
inline std::size_t report_count() {
  return 0;
}
#else
/// The one hook point. Null (the default) costs nothing. The hook runs on the thread that operates and may block it.
void set_operation_hook(operation_hook hook);
/// Name of the calling thread in reports; copied.
void set_thread_name(const char* name);
/// Writes everything recorded so far as racecourse-graph/1. False when the file cannot be written.
bool write_graph(const char* path);
/// Reports so far of level possible or happening.
std::size_t report_count();
#endif

} // namespace racecourse
