// A wait that is told when recording is compiled in, and nothing otherwise. For the types that exist with
// RACECOURSE_OFF too because the standard has no such type.
#pragma once

#include "racecourse/hooks.h"

namespace racecourse::detail {

#ifdef RACECOURSE_OFF
struct MaybeWait {
  MaybeWait(WaitKind, const void*, const char*, bool) noexcept {}
};
inline void maybeNotify(const void*) noexcept {}
inline void maybeGauge(LockWord&, Gauge, const char*, std::uint64_t) noexcept {}
#else
using MaybeWait = WaitScope;
inline void maybeNotify(const void* object) noexcept {
  tellNotify(object);
}
inline void maybeGauge(LockWord& word, Gauge gauge, const char* name, std::uint64_t value) noexcept {
  if (!switchedOff()) tellGauge(word, gauge, name, value);
}
#endif

} // namespace racecourse::detail
