// Which units the last run over a whole program had, so that a door that sees one of them can look at the others too. Only
// units whose files are as they were are handed out: what is known of a file that was edited since is known wrongly.
//
// A value. Cost of findRun: one entry and a look at each file; of otherUnits: reading and decoding the entries, which is why there is a limit.
#pragma once

#include "checker/model/unit.h"
#include "checker/store/folder.h"
#include "checker/store/run_entry.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace racecourse::store {

class FileStates;

struct Program {
  struct Unit {
    std::string main_file; ///< absolute
    Key key;
  };
  std::vector<Unit> units;  ///< in the order of the commands
  std::uint64_t events = 0; ///< of the linked program: what solving it costs
  std::vector<std::string> thread_roots;
  Key run{};           ///< its entry Run, which holds for
  Key engine{};        ///< engineIdentity() and
  std::string options; ///< these options of the rules, as text
};

std::string toPayload(const Program& program);
std::optional<Program> programFromPayload(std::string_view payload);

/// Larger programs take longer to solve than a person waits for an editor (two seconds): once a file has changed, the doors
/// look at that unit alone.
inline constexpr std::uint64_t kMostEvents = 120'000;

/// Programs have one place in a store, so the newest is found without knowing anything of it.
inline constexpr Key kProgramKey{};

/// What the run found, if nothing has changed since, this program is of the same version, and the options are these.
std::optional<RunEntry> findRun(const Folder& folder, const Program& program, std::string_view options,
                                FileStates& states);

struct OtherUnits {
  std::vector<model::Unit> units;
  std::size_t stale_count =
      0; ///< left out, since a file that they read is not as it was, or since they cannot be read
};

/// All but those of `main_file`. What does not compile has no unit.
OtherUnits otherUnits(const Folder& folder, const Program& program, const std::string& main_file,
                      FileStates& states);

} // namespace racecourse::store
