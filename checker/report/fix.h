// A proposed repair of a finding, as reports show it: plain values, made by whoever can read the code.
#pragma once

#include <string>
#include <vector>

namespace racecourse::report {

struct Edit {
  std::string file;              ///< absolute
  unsigned line = 0, column = 0; ///< of the offset, for people and other tools
  unsigned offset_bytes = 0, length_bytes = 0;
  std::string text; ///< what stands there afterwards
};

struct Fix {
  bool safe = false; ///< --fix applies it; others are suggestions
  std::string says;  ///< "lets a std::lock_guard hold `mutex_`"
  std::vector<Edit> edits;
};

} // namespace racecourse::report
