// shared_accesses: every access that another thread could see, grouped by variable; what races and atomicity start from.
//
// Only collects: judges no pair. Skips accesses to objects that are not shared yet or any more, initialising writes
// of anything but members, unreachable code, and functions that are marked as not to be analysed. What accesses a whole
// object (an assignment of a struct, memcpy, free) accesses the members that others access one by one. Borrows the Facts.
// Cost: one pass over contexts × events, then O(n log n).
#pragma once

#include "checker/analysis/facts.h"
#include "checker/analysis/guard_vote.h"

#include <optional>
#include <span>
#include <vector>

namespace racecourse::analysis {

/// One access event in one context.
struct SharedAccess {
  Point point;
  model::PathId path;
  model::AccessKind kind = model::AccessKind::Read;
  model::AtomicOp atomic = model::AtomicOp::None;
  bool whole = false; ///< of an object that the variable is a part of: `g = v` for `g.x`
  bool writes() const { return kind != model::AccessKind::Read; }
};

/// A variable (field, global, static or escaped local) and its accesses, ordered by context and event.
struct SharedVariable {
  model::EntityId variable; ///< of nameless memory from the heap: the function that allocates it
  PlaceId allocation{};     ///< nameless memory from the heap; else none
  std::vector<SharedAccess> accesses;
  bool written = false;
};

class SharedAccesses {
public:
  explicit SharedAccesses(const Facts& facts);

  /// Sorted by entity; allocations behind named variables.
  std::span<const SharedVariable> variables() const { return variables_; }
  /// Null when nothing shared accesses it.
  const SharedVariable* find(model::EntityId variable) const;

private:
  std::vector<SharedVariable> variables_;
};

/// What a lock is called when accesses vote for it: its field or variable. None for locks nobody can name.
model::EntityId lockVariable(const Facts& facts, const HeldLock& lock);
/// The path without its last Field step and what follows; for a path without fields, the path itself.
model::Path ownerPrefix(const model::Path& path);
/// Some of the places is an allocation that is reached again and again (an allocator's wrapper, a loop): one name, many
/// objects, which Facts::sameObject cannot tell apart.
bool manyObjects(const Facts& facts, PlaceSetId places);
/// The context is only reached on a way to the end of the program: after the call that leads here nothing returns.
bool onlyWhenDying(const Facts& facts, ContextId context);
/// The path has an Index step whose element is not known: perhaps one of the thread's own.
bool namesAnyElement(const model::Path& path);

/// The vote of the accesses of one variable; lock keys are entity numbers. One ballot per source event; main's accesses
/// while no other thread lives do not vote, nor do contexts that prove nothing when there are others.
std::optional<GuardVote> voteOf(const Facts& facts, const SharedVariable& variable);
/// The lock is held at the access on every way there, for this object.
bool surelyHolds(const Facts& facts, const SharedAccess& access, model::EntityId lock);
/// The vote's lock may be held at the access while `other` runs, and for this object as far as the paths tell.
bool mayHold(const Facts& facts, const SharedAccess& access, model::EntityId lock, Point other);

} // namespace racecourse::analysis
