// What a cycle of the lock-order graph means: may its threads really end up waiting for each other, and if not, which
// rule says so. A pure function over witnesses; the rules are those of iGoodLock (Joshi et al., PLDI 2009) with
// readers, patience and create/join order (Bensalem and Havelund, PADTAD 2005) added.
//
// Never allocates, never locks. Cost: bounded by max_steps; a search that is cut off errs towards telling.
#pragma once

#include "racecourse/hooks.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace racecourse::detail {

enum class Patience : std::uint8_t { Blocking, Timed, Try };
enum class Level : std::uint8_t { Order, Possible, Happening };

/// Rules that lower a cycle to level order, as bits.
enum Rule : std::uint8_t {
  RuleReaders = 1,   ///< a request for reading meets a hold for reading; the lock lets both in
  RuleTimed = 2,     ///< a request gives up by itself
  RuleOneThread = 4, ///< two steps belong to one thread, which cannot wait for itself here
  RuleGate = 8,      ///< two steps hold one more lock that admits only one of them
  RuleOrdered = 16,  ///< thread creation and join put one step before the other
};
using RuleSet = std::uint8_t;
constexpr unsigned rule_count = 5;

struct Held {
  std::uint32_t lock;
  Mode mode;
};

/// All locks a thread held at one request; the witnesses of that request share it.
struct HeldSet {
  std::uint32_t count = 0, users = 0;
  std::uint32_t number = 0; ///< in the file being written
  Held held[1];             ///< in truth `count` of them
};

/// One thread once asked for a lock while it held others.
struct Witness {
  std::uint32_t thread = 0;
  std::uint32_t segment =
      0; ///< creations and joins the thread had done; orders witnesses of different threads
  std::uint32_t hold_stack = 0, want_stack = 0;
  std::uint32_t edge_from = 0; ///< the held lock this witness is filed under
  Mode hold_mode = Mode::Exclusive, want_mode = Mode::Exclusive;
  Patience patience = Patience::Blocking;
  bool readers_share = true; ///< the wanted lock lets a reader in beside readers even when a writer waits
  HeldSet* all = nullptr;    ///< all locks held at the request, edge_from included
  Witness* next = nullptr;   ///< of the same edge
};

constexpr std::size_t max_cycle_length = 8, max_witnesses = 16;

struct Verdict {
  Level level = Level::Order;
  RuleSet rules = 0;
  const Witness* chosen[max_cycle_length] = {}; ///< one a step: the combination the level rests on
};

/// Is everything the first did over before the second begins, by creation and join alone?
using OrderedBefore = bool (*)(const Witness& first, const Witness& second);

/// `steps[i]` heads the list of witnesses of the i-th edge of the cycle, 1 to max_cycle_length of them, none null.
Verdict judge(std::span<const Witness* const> steps, OrderedBefore orderedBefore) noexcept;

} // namespace racecourse::detail
