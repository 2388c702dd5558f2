// PathTable: interns access paths on top of a finished, borrowed vector of them, so that translation between functions
// and resolution to places can make new ones without touching the program. Equal values give equal ids; ids of the
// borrowed vector keep their meaning. Never forgets. References stay valid for the table's life. One thread at a time.
// Cost: O(steps) per intern, nothing per lookup.
#pragma once

#include "checker/model/unit.h"

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace racecourse::analysis {

class PathTable {
public:
  PathTable() = default;
  /// `base` must outlive the table and stay as it is.
  explicit PathTable(const std::vector<model::Path>& base);

  const model::Path& operator[](std::uint32_t id) const {
    return id < base_count_ ? (*base_)[id] : extra_[id - base_count_];
  }
  std::uint32_t intern(model::Path path);
  std::size_t size() const { return base_count_ + extra_.size(); }

private:
  void grow();
  const std::vector<model::Path>* base_ = nullptr;
  std::size_t base_count_ = 0;
  std::deque<model::Path> extra_;
  std::vector<std::uint32_t> slots_;  ///< open addressing, id + 1; 0 is empty
  std::vector<std::uint32_t> hashes_; ///< per id
};

std::uint32_t hashPath(const model::Path& path);

/// Appends `rest` to `base`; past kMaxSteps the result is widened to Unknown(class).field.
model::Path extend(const model::Unit& unit, const model::Path& base, std::span<const model::Step> rest);

/// Equal roots, whatever the steps.
inline bool sameRoot(const model::Path& a, const model::Path& b) {
  return a.root == b.root && a.entity == b.entity && a.site == b.site;
}

/// `whole` begins with all of `prefix`.
bool startsWith(const model::Path& whole, const model::Path& prefix);

} // namespace racecourse::analysis
