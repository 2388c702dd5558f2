// The entry of a finished analysis: all that the reports of a run are written from. Its key is made of the keys of all its
// units and of the options of the analysis; the answers of all units, each once, are looked at again before it is
// believed. So a run in which nothing has changed reads one entry, and neither links nor solves. Beside it stand the
// repairs that were proposed for its findings, under a key of their own. Pure functions; any thread.
#pragma once

#include "checker/analysis/finding.h"
#include "checker/report/fix.h"
#include "checker/store/folder.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace racecourse::store {

/// The answers of many units as one set of questions.
class AnswerUnion {
public:
  void add(const frontend::FileAnswers& answers);
  /// Incomplete if one of them was, or if two units were told different things.
  frontend::FileAnswers all() const;

private:
  std::map<std::pair<std::string, frontend::FileAnswer::Kind>, frontend::FileAnswer> answers_;
  std::map<std::string, bool> present_; ///< whether something was at the path
  bool complete_ = true;
};

struct RunEntry {
  frontend::FileAnswers answers;
  std::vector<model::File> files;          ///< of the linked program
  std::vector<analysis::Finding> findings; ///< before anybody chose among them
  analysis::Coverage coverage;             ///< as the analysis left it
  std::vector<std::string>
      unit_failures; ///< one per unit, in the order of the commands; empty: it was analysed
  std::vector<std::vector<std::string>> unit_files; ///< one per unit: what it read
  std::string program;                              ///< payload of the entry Program, if this is one
  std::vector<std::string> unknown_roots;           ///< thread roots that no function is named like
};

std::string toPayload(const RunEntry& entry);
std::optional<RunEntry> runFromPayload(std::string_view payload);

using Fixes = std::vector<std::vector<report::Fix>>;
std::string toPayload(const Fixes& fixes);
std::optional<Fixes> fixesFromPayload(std::string_view payload);

} // namespace racecourse::store
