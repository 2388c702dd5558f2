// LockWords for objects that have none: found by address. A native mutex cannot carry its number, so a table does; its
// entry begins a new life at the native init and destroy, and only there. Objects that die without a destroy (as
// libstdc++'s std::mutex does) and whose address is used again look like one object: the preloaded recorder is less
// exact than the types, and says so in its documentation.
//
// Threads: all calls from any, without locks. Cost: one hash, mostly one cache line. Full: null, and the caller passes
// through unrecorded.
#pragma once

#include "racecourse/hooks.h"

namespace racecourse::detail {

/// The word of the object at this address, made when it is new; null when the table is full.
LockWord* wordAt(const void* object) noexcept;
/// The same, null when it is not there.
LockWord* knownWordAt(const void* object) noexcept;

} // namespace racecourse::detail
