// probed: the state at the probes of a model in text form; for tests of the flow, the contexts and the threads. A
// state is shown as text so that a failing test says everything: "must{a b} may{a b c}".
#pragma once

#include "tests/unit/analysis/said.h"

#include <map>
#include <set>

namespace racecourse::analysis {

class Probed {
public:
  explicit Probed(std::string_view text) : result_(solved(text)) {}

  /// Locks at the probe, over all threads that reach it; one line per different state. "" when no thread does.
  std::string at(std::string_view label) const {
    std::set<std::string> lines;
    for (const ProbeState& probe : result_.probes)
      if (probe.label == label)
        lines.insert("must{" + join(probe.must_held) + "} may{" + join(probe.may_held) + "}");
    std::string all;
    for (const std::string& line : lines)
      all += (all.empty() ? "" : " | ") + line;
    return all;
  }

  std::set<std::string> threads(std::string_view label) const {
    std::set<std::string> names;
    for (const ProbeState& probe : result_.probes)
      if (probe.label == label) names.insert(probe.thread);
    return names;
  }

  /// Whether the two points may run at the same time, in any of their threads. Asks both ways: it is symmetric.
  bool together(std::string_view a, std::string_view b) const {
    bool forth = oneWay(a, b), back = oneWay(b, a);
    EXPECT_EQ(forth, back) << a << " and " << b;
    return forth;
  }

  const Result& result() const { return result_; }

private:
  static std::string join(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
      text += (text.empty() ? "" : " ") + name;
    return text;
  }
  bool oneWay(std::string_view a, std::string_view b) const {
    for (const ProbeState& probe : result_.probes)
      if (probe.label == a)
        for (const std::string& other : probe.may_run_with)
          if (other.starts_with(std::string(b) + "@")) return true;
    return false;
  }
  Result result_;
};

inline std::string held(std::string_view both) {
  return "must{" + std::string(both) + "} may{" + std::string(both) + "}";
}

} // namespace racecourse::analysis
