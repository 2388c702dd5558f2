// Which program a function belongs to, when one linked unit holds several (one for each main). Code that stands in the source
// file of a main runs in that program only; the rest may run in any.
//
// Pure function. Cost: linear in functions.
#pragma once

#include "checker/model/unit.h"

#include <cstdint>
#include <vector>

namespace racecourse::analysis {

using ProgramId = std::uint16_t; ///< 0: any program

/// More mains than that (a folder of tests) are taken for one program, as each would have to be looked at alone.
inline constexpr std::size_t kMaxPrograms = 8;

struct Programs {
  ProgramId count = 0;                ///< 0: one program, or too many; else numbers go from 1 to count
  std::vector<ProgramId> of_function; ///< by function
};

Programs findPrograms(const model::Unit& unit);

/// The place is in a source file, not in a header, as far as its name tells: other source files cannot name what stands there.
bool inSourceFile(const model::Unit& unit, model::Place place);

/// Code of these two never meets in one process.
inline bool apart(ProgramId a, ProgramId b) {
  return a != 0 && b != 0 && a != b;
}

} // namespace racecourse::analysis
