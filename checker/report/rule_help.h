// What machine formats say about a rule beside its findings. Made by the tool from the rules' pages; plain values.
#pragma once

#include <string>

namespace racecourse::report {

struct RuleHelp {
  std::string id;
  std::string sentence; ///< what the rule says
  std::string severity; ///< "error", "warning" or "note", of a finding with high confidence
  std::string markdown; ///< the rule's page without its head
};

} // namespace racecourse::report
