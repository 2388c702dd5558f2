// Which recorded lock is which of the checker's: half of graph_merge. Pure.
#pragma once

#include "checker/report/graph_file.h"

#include <optional>
#include <span>
#include <vector>

namespace racecourse::report {

/// A lock of the checker: file among the given ones, and index there.
struct StaticLock {
  std::size_t file = 0, lock = 0;
  auto operator<=>(const StaticLock&) const = default;
};

/// Per lock of the recorded file: the lock of a static file that it is; none when nothing decides.
std::vector<std::optional<StaticLock>> matchLocks(const GraphFile& recorded,
                                                  std::span<const GraphFile> files);

} // namespace racecourse::report
