// Memory and mutual exclusion for the recorder itself: neither calls malloc nor pthread, because both may be
// instrumented, and neither needs a constructor to have run.
//
// Threads: InternalLock is the one lock of the recorder; Arena is used under it. Cost: an uncontended InternalLock is
// one compare-and-swap; Arena hands out powers of two from free lists.
#pragma once

#include "racecourse/attributes.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory_resource>

#if defined(__SANITIZE_THREAD__)
#define RACECOURSE_UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RACECOURSE_UNDER_TSAN 1
#endif
#endif

namespace racecourse::detail {

/// A futex word: 0 free, 1 held, 2 held and somebody waits (Drepper, "Futexes Are Tricky", 2011).
class RACECOURSE_CAPABILITY("internal lock") InternalLock {
public:
  constexpr InternalLock() = default;
  void lock() RACECOURSE_ACQUIRE();
  bool tryLock(unsigned attempts) RACECOURSE_TRY_ACQUIRE(true); ///< for signal handlers: gives up
  void unlock() RACECOURSE_RELEASE();

private:
  std::atomic<std::uint32_t> word_{0};
};

void* mapPages(std::size_t bytes) noexcept; ///< zeroed; null when there are none
void unmapPages(void* memory, std::size_t bytes) noexcept;

/// The resource of every table of the recorder. Never returns memory to the system except large single blocks; a
/// limit makes "out of memory" testable.
class Arena final : public std::pmr::memory_resource {
public:
  /// Null when the limit or the system says no.
  void* tryAllocate(std::size_t bytes) noexcept;
  void release(void* memory, std::size_t bytes) noexcept;
  void setLimit(std::size_t bytes) { limit_bytes_ = bytes; }
  std::size_t usedBytes() const { return used_bytes_; }

private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    release(memory, bytes);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  struct Free {
    Free* next;
  };
  static constexpr unsigned smallest_shift = 4,
                            class_count = 16; // 16 bytes to 512 KiB; larger ones are mapped alone
  Free* free_[class_count] = {};
  char* page_ = nullptr;
  std::size_t page_left_ = 0;
  std::size_t used_bytes_ = 0, limit_bytes_ = ~std::size_t{0};
};

} // namespace racecourse::detail
