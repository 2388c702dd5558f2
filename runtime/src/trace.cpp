// racecourse-trace/1: one JSON object a line and operation, in the order of `seq`. Written to a file beside the wanted
// one and given its name at the end, so that a reader finds all of it or nothing. A trace is exact and slow by intent:
// every operation takes one lock.
#include "runtime/src/core.h"

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace racecourse::detail {

namespace {

struct Trace {
  InternalLock lock;
  int file RACECOURSE_GUARDED_BY(lock) = -1;
  bool over RACECOURSE_GUARDED_BY(lock) = false;
  std::uint64_t sequence RACECOURSE_GUARDED_BY(lock) = 0, begin_ns RACECOURSE_GUARDED_BY(lock) = 0;
  std::size_t used RACECOURSE_GUARDED_BY(lock) = 0;
  char buffer[1 << 16] RACECOURSE_GUARDED_BY(lock);
};
constinit Trace trace{};

void partPath(char (&path)[520]) {
  snprintf(path, sizeof path, "%s.part", core().options.trace);
}

void flushLocked() RACECOURSE_REQUIRES(trace.lock) {
  if (trace.file >= 0 && !writeAll(trace.file, {trace.buffer, trace.used})) {
    close(trace.file); // a full disk: what is there is no whole trace, so it never gets its name
    trace.file = -1;
    trace.over = true;
  }
  trace.used = 0;
}

void openLocked() RACECOURSE_REQUIRES(trace.lock) {
  char path[520];
  partPath(path);
  trace.file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  trace.begin_ns = nowNs();
  constexpr char header[] = "{\"schema\":\"racecourse-trace/1\"}\n";
  memcpy(trace.buffer, header, sizeof header - 1);
  trace.used = sizeof header - 1;
  trace.over = trace.file < 0;
}

} // namespace

void traceOperation(const operation& event) noexcept {
  if (!(state.load(std::memory_order_relaxed) & state_traced)) return;
  constexpr const char* names[] = {"acquire", "release", "wait",   "woken", "notify",
                                   "spawn",   "start",   "finish", "join"};
  trace.lock.lock();
  if (!trace.over) {
    if (trace.file < 0) openLocked();
    char line[256];
    int length = snprintf(line, sizeof line,
                          "{\"seq\":%llu,\"ns\":%llu,\"thread\":%u,\"op\":\"%s\",\"object\":%u,\"shared\":%s,"
                          "\"may_fail\":%s,\"place\":\"%p\"}\n",
                          static_cast<unsigned long long>(++trace.sequence),
                          static_cast<unsigned long long>(nowNs() - trace.begin_ns), event.thread,
                          names[static_cast<unsigned>(event.kind)], event.object,
                          event.shared ? "true" : "false", event.may_fail ? "true" : "false", event.place);
    if (trace.used + static_cast<std::size_t>(length) > sizeof trace.buffer) flushLocked();
    memcpy(trace.buffer + trace.used, line, static_cast<std::size_t>(length));
    trace.used += static_cast<std::size_t>(length);
  }
  trace.lock.unlock();
}

bool finishTrace(bool may_wait) noexcept {
  if (!(state.load(std::memory_order_relaxed) & state_traced)) return true;
  if (!trace.lock.tryLock(may_wait ? 1000000 : 1000)) return false;
  if (!trace.over && trace.file < 0) openLocked(); // a program without operations has a trace without lines
  bool written = !trace.over;
  if (written) {
    flushLocked();
    written = trace.file >= 0;
    if (trace.file >= 0) close(trace.file);
    trace.file = -1;
    char path[520];
    partPath(path);
    written = written && rename(path, core().options.trace) == 0;
  }
  trace.over = true;
  trace.lock.unlock();
  return written;
}

} // namespace racecourse::detail
