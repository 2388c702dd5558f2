// The rules there are, by id: for --rules, and for whoever lists them. A rule enters this table with the code that
// finds it. Constant; any thread may read.
#pragma once

#include <span>
#include <string_view>

namespace racecourse::tool {

struct Rule {
  std::string_view id;
  std::string_view says;
};

/// Sorted by id.
std::span<const Rule> rules();

} // namespace racecourse::tool
