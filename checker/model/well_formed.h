// Whether a unit's ids mean anything: every id is none or lies in its table, every enumeration has one of its values,
// lists have no holes, no path is longer than kMaxSteps, records are of functions and steps of fields. What passes can be walked without further range checks; only
// Path::site may name an event that its function does not have here. Says nothing about sense.
//
// Readers of foreign bytes call it; tests of whatever builds units should too. Pure. Cost: linear.
#pragma once

#include "checker/model/unit.h"

#include <string>

namespace racecourse::model {

/// Empty when the unit is well-formed, else one sentence about the first fault.
std::string faultOf(const Unit& unit);

} // namespace racecourse::model
