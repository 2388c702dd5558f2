// The recorder's tables: records by number, call stacks, and what a chain of held locks was first seen with.
//
// Threads: the caller serialises, except NumberedTable::find, which any thread may call any time. Memory: all from the
// arena, never given back while the table lives; what it cannot give is a null, a 0 or std::bad_alloc, as said below.
#pragma once

#include "racecourse/hooks.h"
#include "runtime/src/memory.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <new>
#include <vector>

namespace racecourse::detail {

using Site = std::uintptr_t;

constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  // One multiplication and one shift: the key only picks a cache line and is compared whole.
  std::uint64_t product = (a ^ b) * 0x9E3779B97F4A7C15ULL;
  return product ^ (product >> 29);
}

/// A table whose records never move and are found by number without a lock: a directory of blocks.
template <class Record> class NumberedTable {
public:
  static constexpr std::uint32_t block_size = 1024, block_count = 8192;
  /// Null for 0 and for numbers not given out.
  Record* find(std::uint32_t number) const {
    if (number == 0 || number >= block_size * block_count) return nullptr;
    Record* block = blocks_[number / block_size].load(std::memory_order_acquire);
    return block ? block + number % block_size : nullptr;
  }
  /// Null when the table or the arena is full.
  Record* add(Arena& arena, std::uint32_t& number) {
    std::uint32_t next = size_ + 1;
    if (next >= block_size * block_count) return nullptr;
    if (!blocks_[next / block_size].load(std::memory_order_relaxed)) {
      void* memory = arena.tryAllocate(sizeof(Record) * block_size);
      if (!memory) return nullptr;
      auto* block = static_cast<Record*>(memory);
      for (std::uint32_t i = 0; i < block_size; ++i)
        new (block + i) Record();
      blocks_[next / block_size].store(block, std::memory_order_release);
    }
    size_ = number = next;
    return find(next);
  }
  std::uint32_t size() const { return size_; }

private:
  std::atomic<Record*> blocks_[block_count] = {};
  std::uint32_t size_ = 0;
};

/// Call stacks, each kept once. Number 0 is the empty stack.
class StackDepot {
public:
  explicit StackDepot(Arena& arena) : arena_(arena), stacks_(&arena), buckets_(&arena) {}
  /// 0 when there is no memory.
  std::uint32_t intern(const Site* frames, std::uint32_t count);
  struct Stack {
    const Site* frames = nullptr;
    std::uint32_t count = 0;
    std::uint64_t hash = 0;
  };
  Stack find(std::uint32_t number) const;
  std::uint32_t size() const { return static_cast<std::uint32_t>(stacks_.size()); }

private:
  Arena& arena_;
  std::pmr::vector<Stack> stacks_; ///< number n at index n - 1
  std::pmr::vector<std::uint32_t> buckets_;
};

struct Context {
  std::uint64_t key = 0;
  std::uint32_t stack = 0;
};

/// Chain key → stack, for all threads: what a held entry's origin means, and a key evicted from a thread's cache costs
/// no second unwinding.
class ContextTable {
public:
  explicit ContextTable(Arena& arena) : slots_(&arena) {}
  std::uint32_t find(std::uint64_t key) const; ///< 0: not there
  void add(std::uint64_t key, std::uint32_t stack);

private:
  std::pmr::vector<Context> slots_;
  std::size_t count_ = 0;
};

} // namespace racecourse::detail
