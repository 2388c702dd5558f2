// RACECOURSE_OPTIONS=key=value:key=value…, read once at the start. Unknown keys and bad values are told on standard
// error and otherwise ignored, so that a slip of the pen never changes what a program does. No allocation.
#pragma once

#include <cstddef>
#include <cstdint>

namespace racecourse::detail {

enum class OnReport : std::uint8_t { Log, Abort, Exit };

struct Options {
  bool record = true;
  OnReport on_report = OnReport::Log;
  OnReport on_deadlock =
      OnReport::Log; ///< for deadlock, self-deadlock and stalled-wait; follows on_report unless given
  bool on_deadlock_given = false;
  int exitcode = 66;                ///< status of a run with reports; 0 leaves the status alone
  bool show_order = false;          ///< print cycles of level order too
  bool classes = false;             ///< locks of one name count as one in the graph
  std::uint32_t deadlock_ms = 1000; ///< every thread blocked for that long is a stall; 0: no watching thread
  std::uint32_t hold_budget_ms = 0; ///< 0: holding times are not taken
  std::size_t memory_kb = 0;        ///< limit of the bookkeeping; 0: none
  char log_path[512] = {};          ///< empty: standard error
  char graph[512] = {};
  char trace[512] = {};
  char stats[512] = {};
  char symbolizer[512] =
      {}; ///< a racecourse that names addresses; empty: the runtime names what it can itself
};

/// The parsed value of the environment; `help` prints the keys.
void readOptions(const char* text, Options& options) noexcept;

} // namespace racecourse::detail
