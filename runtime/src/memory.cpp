#include "runtime/src/memory.h"

#include <bit>
#include <cerrno>
#include <linux/futex.h>
#include <new>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace racecourse::detail {

void InternalLock::lock() {
  std::uint32_t free = 0;
  if (word_.compare_exchange_strong(free, 1, std::memory_order_acquire)) return;
  int error = errno; // a program may look at errno after an operation that only passed through here
  while (word_.exchange(2, std::memory_order_acquire) != 0)
    syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, 2, nullptr, nullptr, 0);
  errno = error;
}

bool InternalLock::tryLock(unsigned attempts) {
  for (; attempts > 0; --attempts) {
    std::uint32_t free = 0;
    if (word_.compare_exchange_strong(free, 1, std::memory_order_acquire)) return true;
    sched_yield();
  }
  return false;
}

void InternalLock::unlock() {
  if (word_.exchange(0, std::memory_order_release) == 2) {
    int error = errno;
    syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    errno = error;
  }
}

void* mapPages(std::size_t bytes) noexcept {
  int error = errno;
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  errno = error;
  return memory == MAP_FAILED ? nullptr : memory;
}

void unmapPages(void* memory, std::size_t bytes) noexcept {
  munmap(memory, bytes);
}

namespace {
constexpr std::size_t page_bytes = std::size_t{1} << 20;

unsigned classOf(std::size_t bytes, unsigned smallest_shift) {
  unsigned shift = static_cast<unsigned>(std::bit_width(bytes <= 1 ? std::size_t{1} : bytes - 1));
  return shift <= smallest_shift ? 0 : shift - smallest_shift;
}
} // namespace

void* Arena::tryAllocate(std::size_t bytes) noexcept {
  unsigned size_class = classOf(bytes, smallest_shift);
  std::size_t rounded = size_class < class_count ? std::size_t{1} << (size_class + smallest_shift) : bytes;
  if (used_bytes_ + rounded > limit_bytes_) return nullptr;
  void* result = nullptr;
  if (size_class >= class_count) {
    result = mapPages(rounded);
  } else if (Free* block = free_[size_class]) {
    free_[size_class] = block->next;
    result = block;
  } else {
    if (page_left_ < rounded) {
      // The rest of the old page is lost, half a page at most and seldom: blocks that large are rare.
      char* page = static_cast<char*>(mapPages(page_bytes));
      if (!page) return nullptr;
      page_ = page;
      page_left_ = page_bytes;
    }
    result = page_;
    page_ += rounded;
    page_left_ -= rounded;
  }
  if (result) used_bytes_ += rounded;
  return result;
}

void Arena::release(void* memory, std::size_t bytes) noexcept {
  unsigned size_class = classOf(bytes, smallest_shift);
  if (size_class >= class_count) {
    unmapPages(memory, bytes);
    used_bytes_ -= bytes;
    return;
  }
  auto* block = static_cast<Free*>(memory);
  block->next = free_[size_class];
  free_[size_class] = block;
  used_bytes_ -= std::size_t{1} << (size_class + smallest_shift);
}

void* Arena::do_allocate(std::size_t bytes, std::size_t alignment) {
  void* memory = alignment <= 16 ? tryAllocate(bytes) : nullptr;
  if (!memory) throw std::bad_alloc();
  return memory;
}

} // namespace racecourse::detail
