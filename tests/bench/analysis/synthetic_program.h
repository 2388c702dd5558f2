// A made-up program of any size for benchmarks: classes with a mutex and fields, methods that lock and call onwards,
// plain functions, a few threads. Shapes (events per function, share of functions that lock, calls per function) follow
// what LevelDB and redis look like; the seed is fixed, so a size names one program.
#pragma once

#include "checker/model/unit.h"

#include <cstddef>
#include <vector>

namespace racecourse::bench {

struct Shape {
  std::size_t functions = 1000;
  std::size_t threads = 8;
  double locking_share = 0.15; ///< functions that take their object's lock
  bool well_guarded = true; ///< every access under the lock; otherwise some are not, and the rules have work
};

/// Units of about 500 functions each, as the frontend would make them.
std::vector<model::Unit> syntheticProgram(const Shape& shape);

} // namespace racecourse::bench
