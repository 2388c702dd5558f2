#include "checker/analysis/programs.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

namespace racecourse::analysis {

Programs findPrograms(const model::Unit& unit) {
  Programs found;
  found.of_function.assign(unit.functions.size(), 0);
  std::unordered_map<std::uint32_t, ProgramId> by_file;
  for (const model::Function& function : unit.functions) {
    if (!function.is_main || function.blocks.empty()) continue;
    if (!function.place.file || by_file.contains(function.place.file.value)) return found;
    if (by_file.size() == kMaxPrograms) return found;
    by_file.emplace(function.place.file.value, static_cast<ProgramId>(by_file.size() + 1));
  }
  if (by_file.size() < 2) return found;
  found.count = static_cast<ProgramId>(by_file.size());
  for (std::size_t f = 0; f < unit.functions.size(); ++f) {
    const model::FileId file = unit.functions[f].place.file;
    if (const auto it = file ? by_file.find(file.value) : by_file.end(); it != by_file.end())
      found.of_function[f] = it->second;
  }
  return found;
}

bool inSourceFile(const model::Unit& unit, model::Place place) {
  if (!place.file) return false;
  constexpr std::array<std::string_view, 6> endings{".c", ".cc", ".cpp", ".cxx", ".C", ".c++"};
  const std::string_view path = unit[place.file].path;
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

} // namespace racecourse::analysis
