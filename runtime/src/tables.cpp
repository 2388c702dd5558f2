// The depot of stacks and the table of contexts: two open-addressing tables in the arena.
#include "runtime/src/tables.h"

#include <algorithm>
#include <cstring>

namespace racecourse::detail {

std::uint32_t StackDepot::intern(const Site* frames, std::uint32_t count) {
  if (count == 0) return 0;
  std::uint64_t hash = count;
  for (std::uint32_t i = 0; i < count; ++i)
    hash = mix(hash, frames[i]);

  if ((stacks_.size() + 1) * 2 > buckets_.size()) {
    std::pmr::vector<std::uint32_t> larger(std::max<std::size_t>(256, buckets_.size() * 2), 0, &arena_);
    for (std::uint32_t number = 1; number <= stacks_.size(); ++number) {
      std::size_t bucket = stacks_[number - 1].hash & (larger.size() - 1);
      while (larger[bucket] != 0)
        bucket = (bucket + 1) & (larger.size() - 1);
      larger[bucket] = number;
    }
    buckets_.swap(larger);
  }
  std::size_t bucket = hash & (buckets_.size() - 1);
  for (; buckets_[bucket] != 0; bucket = (bucket + 1) & (buckets_.size() - 1)) {
    const Stack& stack = stacks_[buckets_[bucket] - 1];
    if (stack.hash == hash && stack.count == count && std::equal(frames, frames + count, stack.frames))
      return buckets_[bucket];
  }
  auto* copy = static_cast<Site*>(arena_.tryAllocate(count * sizeof(Site)));
  if (!copy) return 0;
  memcpy(copy, frames, count * sizeof(Site));
  stacks_.push_back({copy, count, hash});
  return buckets_[bucket] = static_cast<std::uint32_t>(stacks_.size());
}

StackDepot::Stack StackDepot::find(std::uint32_t number) const {
  return number == 0 || number > stacks_.size() ? Stack{} : stacks_[number - 1];
}

std::uint32_t ContextTable::find(std::uint64_t key) const {
  if (slots_.empty()) return 0;
  for (std::size_t slot = key & (slots_.size() - 1); slots_[slot].key != 0;
       slot = (slot + 1) & (slots_.size() - 1))
    if (slots_[slot].key == key) return slots_[slot].stack;
  return 0;
}

void ContextTable::add(std::uint64_t key, std::uint32_t stack) {
  if (key == 0 || stack == 0 || find(key) != 0) return;
  auto insert = [](std::pmr::vector<Context>& slots, const Context& entry) {
    std::size_t slot = entry.key & (slots.size() - 1);
    while (slots[slot].key != 0)
      slot = (slot + 1) & (slots.size() - 1);
    slots[slot] = entry;
  };
  if ((count_ + 1) * 2 > slots_.size()) {
    std::pmr::vector<Context> larger(std::max<std::size_t>(256, slots_.size() * 2), Context{},
                                     slots_.get_allocator());
    for (const Context& entry : slots_)
      if (entry.key != 0) insert(larger, entry);
    slots_.swap(larger);
  }
  insert(slots_, {key, stack});
  ++count_;
}

} // namespace racecourse::detail
