// Two passes. The first finds for each unit the earlier ones that it excludes: both have a main, or both define a function in
// their main files. The second compares what stands in the main files of such pairs and renames the later one's. What belongs
// to a renamed thing (parameters, locals, lambdas, members) has a key that begins with its key and `@`, and follows it. A
// variable that a source file only declares (`extern int n;`) looks like a definition here, which is why names alone never
// set two units apart.
#include "checker/analysis/link_apart.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace racecourse::analysis {

using namespace model;

namespace {

bool inMainFile(const Unit& unit, Place place) {
  return place.file && unit[place.file].path == unit.main_file;
}

/// Functions with a body in the unit's main file that other units can call.
std::vector<std::string_view> definedFunctions(const Unit& unit) {
  std::vector<std::string_view> found;
  for (const Function& function : unit.functions) {
    const Entity& entity = unit[function.entity];
    if (function.is_exported && !function.blocks.empty() && !entity.space && !function.is_lambda &&
        inMainFile(unit, function.place))
      found.push_back(unit.text(entity.usr));
  }
  return found;
}

bool hasMain(const Unit& unit) {
  return std::any_of(unit.functions.begin(), unit.functions.end(),
                     [](const Function& function) { return function.is_main && !function.blocks.empty(); });
}

/// Variables and classes that stand in the unit's main file and have keys that others may use.
std::vector<std::string_view> declaredThings(const Unit& unit) {
  std::vector<std::string_view> found;
  for (const Entity& entity : unit.entities)
    if ((entity.kind == EntityKind::Global || entity.kind == EntityKind::Type) && !entity.space &&
        inMainFile(unit, entity.place))
      found.push_back(unit.text(entity.usr));
  return found;
}

/// Gives the things of these keys, and all that belongs to them, the unit's own space.
void rename(Unit& unit, const std::unordered_set<std::string>& keys) {
  const auto belongs = [&](std::string_view key) {
    for (std::size_t end = key.find('@'); end != std::string_view::npos; end = key.find('@', end + 1))
      if (keys.contains(std::string(key.substr(0, end)))) return true;
    return keys.contains(std::string(key));
  };
  const StringId own = unit.intern(unit.main_file);
  for (Entity& entity : unit.entities)
    if (!entity.space && belongs(unit.text(entity.usr))) entity.space = own;
  unit.reindex();
}

} // namespace

void setApart(std::vector<Unit>& units) {
  // Keys as text: views into a unit's strings would not survive its renaming.
  std::unordered_map<std::string, std::vector<std::size_t>> definers, declarers;
  std::vector<std::vector<std::size_t>> excluded(units.size()); // by unit: earlier ones, sorted
  std::vector<std::size_t> with_main;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const Unit& unit = units[i];
    std::unordered_set<std::string> keys;
    for (std::string_view key : definedFunctions(unit)) {
      std::vector<std::size_t>& earlier = definers[std::string(key)];
      for (std::size_t other : earlier) {
        if (units[other].main_file == unit.main_file) continue; // one file compiled twice
        keys.emplace(key);
        excluded[i].push_back(other);
      }
      earlier.push_back(i);
    }
    const bool has_main = hasMain(unit);
    if (has_main)
      std::copy_if(with_main.begin(), with_main.end(), std::back_inserter(excluded[i]),
                   [&](std::size_t other) { return units[other].main_file != unit.main_file; });
    if (has_main) with_main.push_back(i);
    std::sort(excluded[i].begin(), excluded[i].end());
    for (std::string_view key : declaredThings(unit)) {
      std::vector<std::size_t>& earlier = declarers[std::string(key)];
      const bool clash = std::any_of(earlier.begin(), earlier.end(), [&](std::size_t other) {
        return std::binary_search(excluded[i].begin(), excluded[i].end(), other);
      });
      if (clash) keys.emplace(key);
      earlier.push_back(i);
    }
    if (!keys.empty()) rename(units[i], keys);
  }
}

} // namespace racecourse::analysis
