#include "runtime/preload/address_words.h"

#include "runtime/src/memory.h"

namespace racecourse::detail {

namespace {

struct Entry {
  std::atomic<std::uintptr_t> object{0};
  LockWord word;
};
// A million addresses, 16 MiB of address space of which only touched pages are real.
constexpr std::size_t capacity = std::size_t{1} << 20, longest_probe = 64;
constinit std::atomic<Entry*> entries{nullptr};

Entry* table() {
  Entry* now = entries.load(std::memory_order_acquire);
  if (now) return now;
  void* memory = mapPages(capacity * sizeof(Entry)); // zero pages are empty entries
  if (!memory) return nullptr;
  auto* made = static_cast<Entry*>(memory);
  if (entries.compare_exchange_strong(now, made, std::memory_order_acq_rel)) return made;
  unmapPages(memory, capacity * sizeof(Entry));
  return now;
}

LockWord* find(const void* object, bool make) {
  Entry* all = table();
  if (!all) return nullptr;
  auto address = reinterpret_cast<std::uintptr_t>(object);
  std::size_t slot = (address >> 3) * 0x9E3779B97F4A7C15ULL >> 44;
  static_assert(capacity == std::size_t{1} << (64 - 44));
  for (std::size_t i = 0; i < longest_probe; ++i, slot = (slot + 1) & (capacity - 1)) {
    std::uintptr_t found = all[slot].object.load(std::memory_order_relaxed);
    if (found == address) return &all[slot].word;
    if (found != 0) continue;
    if (!make) return nullptr;
    if (all[slot].object.compare_exchange_strong(found, address, std::memory_order_relaxed) ||
        found == address)
      return &all[slot].word;
  }
  return nullptr;
}

} // namespace

LockWord* wordAt(const void* object) noexcept {
  return find(object, true);
}
LockWord* knownWordAt(const void* object) noexcept {
  return find(object, false);
}

} // namespace racecourse::detail
