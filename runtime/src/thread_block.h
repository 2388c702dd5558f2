// What a thread of the program keeps to itself: the locks it holds, what it waits for, and the chains of held locks that it
// has recorded already.
//
// Threads: written by its thread alone; the atomics are read by others. Blocks are used again and never unmapped, so whoever has
// an address may read it. Cost: 10 KiB a thread.
#pragma once

#include "racecourse/hooks.h"
#include "runtime/src/tables.h"

#include <atomic>
#include <cstdint>

namespace racecourse::detail {

/// A held lock; and above the held ones, what was held there last. A thread that takes the same lock at the same place
/// above the same chain again finds its entry ready: nothing to hash, to look up or to write. 64 bytes, so that an index
/// is a shift.
struct alignas(16) HeldEntry {
  std::atomic<std::uint32_t> lock{0};
  std::uint32_t depth = 0; ///< further times a recursive lock was taken; 0 above the held ones
  Site site = 0;
  std::uint64_t chain = 0; ///< key of this entry and all below
  std::uint64_t below = 0; ///< the chain below when it was taken; 0: not to be found ready
  std::atomic<std::uint64_t> origin{
      0};                     ///< the key it was taken with: its stack's name in the table of contexts
  std::uint64_t since_ns = 0; ///< 0 unless holding times are taken
  std::atomic<Mode> mode{Mode::Exclusive};
};
static_assert(sizeof(HeldEntry) == 64);
/// The lock of held[-1], which no object's number is.
constexpr std::uint32_t no_lock = 0xFFFFFFFF;

/// What a thread waits for: kind in the high half, number in the low half. 0: it runs.
enum class Awaited : std::uint32_t { Nothing, Lock, Thread, Ownerless };
constexpr std::uint64_t awaited(Awaited kind, std::uint32_t number) {
  return (std::uint64_t(kind) << 32) | number;
}

// 1024 keys: a quarter of an L1 data cache, and more chains than one thread's hot loop shows.
constexpr std::size_t cache_size = 1024;
constexpr std::size_t inline_held = 31;

/// All of a thread's own state. Allocated once and used again by later threads, never unmapped.
struct ThreadBlock {
  std::uint32_t number = 0;
  volatile bool busy =
      false; ///< inside bookkeeping; volatile because a signal handler on this thread reads it
  std::atomic<std::uint32_t> held_count{0};
  std::uint32_t held_capacity = inline_held;
  std::atomic<HeldEntry*> held{
      nullptr}; ///< replaced under Core::lock; held[-1] is the key of the empty chain, held[held_capacity] is never ready
  std::uint32_t pool_lock = 0; ///< id of the pool whose task runs here
  std::uint32_t pass = 0;      ///< rounds of thread-specific destructors seen
  std::atomic<std::uint64_t> waiting{0};
  std::atomic<bool> wait_is_timed{false};
  std::atomic<Mode> wait_mode{Mode::Exclusive};
  std::atomic<std::uint32_t> wait_sequence{0}; ///< changes whenever `waiting` does
  std::atomic<std::uint32_t> wait_stack{0};    ///< 0: it is that of wait_key
  std::atomic<std::uint64_t> wait_key{0};
  ThreadBlock* next_free = nullptr;
  HeldEntry inline_entries[1 + inline_held + 1]; ///< the first and the last are no locks
  std::uint64_t cache[cache_size];
};

/// Has this thread recorded this chain since its segment began? Two places a key: with one, 256 chains in turn already
/// push each other out.
inline bool knowsChain(const ThreadBlock& block, std::uint64_t key) {
  std::size_t place = key & (cache_size - 1);
  return block.cache[place] == key || block.cache[place ^ 1] == key;
}
inline void rememberChain(ThreadBlock& block, std::uint64_t key) {
  std::size_t place = key & (cache_size - 1);
  if (block.cache[place] != 0) block.cache[place ^ 1] = block.cache[place];
  block.cache[place] = key;
}

} // namespace racecourse::detail
