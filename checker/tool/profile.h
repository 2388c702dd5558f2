// Where the time of a run went: by phase and by unit, wall clock and CPU. Written by the thread that runs the phases.
#pragma once

#include <string>
#include <vector>

namespace racecourse::tool {

struct Cost {
  double wall_s = 0;
  double cpu_s = 0;
};

/// Measures from its making. The CPU time is that of the calling thread, or of the whole process.
class Stopwatch {
public:
  enum class Of { Thread, Process };
  explicit Stopwatch(Of of);
  Cost elapsed() const;

private:
  Of of_;
  Cost start_;
};

struct UnitCost {
  std::string file;
  Cost cost;
};

struct Profile {
  struct Phase {
    std::string name;
    Cost cost;
  };
  std::vector<Phase> phases;
  std::vector<UnitCost> units; ///< in the order of the units

  /// The phases, and the dearest units.
  std::string table() const;
  std::string json() const;
};

} // namespace racecourse::tool
