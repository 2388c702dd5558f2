// Well-formed units with no sense at all, from a seed: every member takes every kind of value, names are as odd as they
// get. For properties that hold of any unit. The same seed gives the same unit on every platform.
//
// And the judge: resolved() says all a unit means in a form without ids, written independently of the text form, so
// that the text form and linking can be held against it.
#pragma once

#include "checker/model/unit.h"

#include <random>
#include <string>

namespace racecourse::model::testing {

struct RandomShape {
  std::string main_file = "/src/main.cpp";
  int entity_count = 40;
  int path_count = 40;
  int function_count = 8;
  /// Entities and files come from a common pool of names, so that units made with different seeds overlap.
  bool shared_names = false;
};

Unit randomUnit(std::uint64_t seed, const RandomShape& shape = {});

/// Equal texts: equal up to ids, the order of entities and files, and unused strings and paths.
std::string resolved(const Unit& unit);

} // namespace racecourse::model::testing
