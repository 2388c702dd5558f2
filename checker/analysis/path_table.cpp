#include "checker/analysis/path_table.h"

#include <algorithm>

namespace racecourse::analysis {

using model::Path;
using model::Step;
using model::StepKind;

std::uint32_t hashPath(const Path& path) {
  std::uint64_t h = (std::uint64_t(path.root) * 2 + path.widened) * 0x9E3779B97F4A7C15ull;
  auto mix = [&](std::uint64_t v) {
    h ^= v + 0x9E3779B97F4A7C15ull + (h << 6) + (h >> 2);
    h *= 0xBF58476D1CE4E5B9ull;
  };
  mix(path.entity.value);
  mix(path.site.value);
  for (const Step& step : path.steps) {
    mix(std::uint64_t(step.kind) << 32 | step.field.value);
    mix(static_cast<std::uint64_t>(step.index));
  }
  return static_cast<std::uint32_t>(h >> 29) ^ static_cast<std::uint32_t>(h);
}

PathTable::PathTable(const std::vector<Path>& base) : base_(&base), base_count_(base.size()) {
  std::size_t capacity = 64;
  while (capacity < base.size() * 2)
    capacity *= 2;
  slots_.assign(capacity, 0);
  hashes_.reserve(base.size());
  for (std::size_t i = 0; i < base.size(); ++i) {
    std::uint32_t hash = hashPath(base[i]);
    hashes_.push_back(hash);
    std::size_t slot = hash & (capacity - 1);
    while (slots_[slot] != 0)
      slot = (slot + 1) & (capacity - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

void PathTable::grow() {
  std::size_t capacity = slots_.empty() ? 64 : slots_.size() * 2;
  slots_.assign(capacity, 0);
  for (std::size_t i = 0; i < hashes_.size(); ++i) {
    std::size_t slot = hashes_[i] & (capacity - 1);
    while (slots_[slot] != 0)
      slot = (slot + 1) & (capacity - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

std::uint32_t PathTable::intern(Path path) {
  if ((hashes_.size() + 1) * 2 > slots_.size()) grow();
  std::uint32_t hash = hashPath(path);
  std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    std::uint32_t id = slots_[slot] - 1;
    if (hashes_[id] == hash && (*this)[id] == path) return id;
  }
  auto id = static_cast<std::uint32_t>(hashes_.size());
  hashes_.push_back(hash);
  extra_.push_back(std::move(path));
  slots_[slot] = id + 1;
  return id;
}

Path extend(const model::Unit& unit, const Path& base, std::span<const Step> rest) {
  Path result = base;
  if (base.steps.size() + rest.size() <= model::kMaxSteps) {
    result.steps.insert(result.steps.end(), rest.begin(), rest.end());
    return result;
  }
  // Keep the last field: "some object of its class".
  for (std::size_t i = rest.size(); i-- > 0;) {
    if (rest[i].kind != StepKind::Field) continue;
    Path widened;
    widened.root = model::RootKind::Unknown;
    widened.widened = true;
    widened.entity = unit[rest[i].field].parent;
    widened.steps.push_back(rest[i]);
    return widened;
  }
  result.widened = true;
  return result;
}

bool startsWith(const Path& whole, const Path& prefix) {
  return sameRoot(whole, prefix) && whole.steps.size() >= prefix.steps.size() &&
         std::equal(prefix.steps.begin(), prefix.steps.end(), whole.steps.begin());
}

} // namespace racecourse::analysis
