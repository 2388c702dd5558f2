// racestyle-blocking-under-lock: a sleep, a join, a wait for something else, or a file, socket or database, inside a critical
// section: everybody who wants the lock waits as well.
//
// Idea: bottom-up, what each function may wait for (here, or in a callee that the call surely reaches); then every section is
// charged with what happens in it, at the call in the function that took the lock. A callee that may give the lock
// back meanwhile is innocent. One finding per section, and one per wait, the shortest way first.
//
// A lock can exist to take turns at a file or a connection. When all sections of a lock do I/O, that is what it is for:
// silent. When most do: low. Sleeping and joining are nobody's purpose.
#include "checker/analysis/inner_acquisitions.h"
#include "checker/analysis/practice_wording.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace racecourse::analysis {

using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::LockKind;

namespace {

/// Something a function waits for. With a callee: inside that call, as the callee's entry `inner`.
struct Wait {
  EventId at;
  bool io = false;
  FunctionId callee{};
  std::uint32_t inner = 0;
  std::uint32_t depth = 0;
};

class BlockingUnderLock {
public:
  explicit BlockingUnderLock(const Facts& facts)
      : facts_(facts), options_(facts.options().rules), inner_(facts),
        waits_(facts.program().functions.size()) {
    fillAll();
  }

  void run(std::vector<Finding>& findings) {
    collect();
    std::ranges::stable_sort(found_, {}, [&](const Found& found) {
      return std::tuple(wait(found).io, wait(found).depth, facts_.event(found.point).place, found.point);
    });
    std::set<std::pair<EntityId, std::pair<FunctionId, EventId>>> sections, leaves;
    for (const Found& found : found_) {
      const EntityId lock = lockVariable(facts_, found.held);
      const std::optional<Confidence> confidence = judge(found, lock);
      if (!confidence) continue;
      const std::pair section{lock, std::pair(functionOf(found), found.held.since)};
      const std::pair leaf{lock, leafOf(functionOf(found), found.wait)};
      if (sections.contains(section) || leaves.contains(leaf)) continue;
      sections.insert(section);
      leaves.insert(leaf);
      findings.push_back(describe(found, lock, *confidence));
    }
  }

private:
  static constexpr std::uint32_t max_depth = 4;
  static constexpr std::size_t max_waits = 8;

  struct Found {
    Point point;
    HeldLock held;
    std::uint32_t wait = 0;
  };
  struct Sections {
    std::set<std::pair<FunctionId, EventId>> all, with_io;
  };

  FunctionId functionOf(const Found& found) const { return facts_.context(found.point.context).function; }
  const Wait& wait(const Found& found) const { return waits_[functionOf(found).value][found.wait]; }

  /// Callees first; what calls itself sees its own table as far as it is.
  void fillAll() {
    enum class Visit : std::uint8_t { New, Open, Done };
    std::vector<Visit> visit(waits_.size(), Visit::New);
    std::vector<FunctionId> stack;
    for (std::size_t i = 0; i < waits_.size(); ++i) {
      stack.push_back(FunctionId(i));
      while (!stack.empty()) {
        const FunctionId id = stack.back();
        if (visit[id.value] != Visit::New) {
          if (visit[id.value] == Visit::Open) fill(id);
          visit[id.value] = Visit::Done;
          stack.pop_back();
          continue;
        }
        visit[id.value] = Visit::Open;
        const std::vector<Event>& events = facts_.program()[id].events;
        for (std::size_t e = 0; e < events.size(); ++e) {
          if (events[e].kind != EventKind::Call) continue;
          for (FunctionId callee : facts_.callees(id, EventId(e))) {
            if (visit[callee.value] == Visit::New) stack.push_back(callee);
          }
        }
      }
    }
  }

  void fill(FunctionId id) {
    const model::Function& function = facts_.program()[id];
    std::vector<Wait>& waits = waits_[id.value];
    const std::vector<bool> last_words = beforeTheEnd(function);
    for (std::size_t e = 0; e < function.events.size() && waits.size() < max_waits; ++e) {
      const Event& event = function.events[e];
      if (last_words[e]) continue;
      const EventId at{e};
      // Behind a loop that joins every element stands the news that all are joined, at the same place: no second wait.
      if (event.kind == EventKind::Join && event.all_elements &&
          std::any_of(function.events.begin(), function.events.begin() + static_cast<std::ptrdiff_t>(e),
                      [&](const Event& earlier) {
                        return earlier.kind == EventKind::Join && earlier.place == event.place;
                      }))
        continue;
      if (event.kind == EventKind::Join) {
        waits.push_back({.at = at});
        continue;
      }
      if (event.kind != EventKind::Call) continue;
      // After a fork the child is another process; and what only writes a message is a log.
      if (event.flags & model::kCallForks) break;
      if (event.flags & model::kCallIgnoresShared) continue;
      if (waitsItself(event)) {
        waits.push_back({.at = at, .io = (event.flags & model::kCallIo) != 0});
        continue;
      }
      const std::span<const FunctionId> callees = facts_.callees(id, at);
      if (callees.size() != 1 || callees.front() == id) continue;
      const std::vector<Wait>& inside = waits_[callees.front().value];
      for (std::size_t i = 0; i < inside.size() && waits.size() < max_waits; ++i) {
        if (inside[i].depth + 1 > max_depth) continue;
        waits.push_back({.at = at,
                         .io = inside[i].io,
                         .callee = callees.front(),
                         .inner = static_cast<std::uint32_t>(i),
                         .depth = inside[i].depth + 1});
      }
    }
  }

  /// What happens on the way to a call that does not return: a program that ends keeps nobody waiting.
  static std::vector<bool> beforeTheEnd(const model::Function& function) {
    std::vector<bool> before(function.events.size(), false);
    for (const model::Block& block : function.blocks) {
      bool ends = false;
      for (auto event = block.events.rbegin(); event != block.events.rend(); ++event) {
        const Event& here = function.events[event->value];
        ends = ends || (here.kind == EventKind::Call && (here.flags & model::kCallNoReturn));
        before[event->value] = ends;
      }
    }
    return before;
  }

  bool waitsItself(const Event& event) const {
    const std::string_view name = event.label    ? facts_.program().text(event.label)
                                  : event.callee ? facts_.program().text(facts_.program()[event.callee].name)
                                                 : std::string_view();
    if (listMatches(options_.not_blocking_functions, name)) return false;
    if (listMatches(options_.blocking_functions, name)) return true;
    if (!(event.flags & model::kCallBlocking)) return false;
    return options_.io_blocks || !(event.flags & model::kCallIo);
  }

  std::pair<FunctionId, EventId> leafOf(FunctionId function, std::uint32_t index) const {
    const Wait* wait = &waits_[function.value][index];
    while (wait->callee) {
      function = wait->callee;
      wait = &waits_[function.value][wait->inner];
    }
    return {function, wait->at};
  }

  bool mayGiveBack(FunctionId caller, EventId call, FunctionId callee, const HeldLock& held) const {
    if (inner_.mayRelease(caller, call, callee, held)) return true;
    return std::ranges::any_of(facts_.summary(callee).effects,
                               [](const LockEffect& effect) { return !effect.acquires; });
  }

  bool callersTell(const Context& context, const HeldLock& held) const {
    return held.at_entry && context.caller && facts_.context(context.caller).thread == context.thread;
  }

  void collect() {
    for (std::size_t i = 0; i < facts_.contextCount(); ++i) {
      const ContextId context{i};
      const FunctionId id = facts_.context(context).function;
      const model::Function& function = facts_.program()[id];
      if (!isJudged(function)) continue;
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        const Event& event = function.events[e];
        if (event.kind == EventKind::Acquire || event.kind == EventKind::GuardAcquire ||
            (event.kind == EventKind::GuardCreate && event.guard_how == model::GuardHow::Acquire))
          noteSection(context, EventId(e));
      }
      for (std::uint32_t w = 0; w < waits_[id.value].size(); ++w)
        charge(context, id, w);
    }
  }

  /// The locks of a guard that is locked again are those it holds right after: they are found by their epoch.
  void noteSection(ContextId context, EventId begin) {
    const FunctionId id = facts_.context(context).function;
    for (const WantedLock& lock :
         blockingLocks(facts_.program()[id], facts_.program()[id].events[begin.value])) {
      HeldLock held;
      held.path = lock.path;
      held.places = facts_.resolve(context, lock.path);
      if (const EntityId variable = lockVariable(facts_, held)) sections_[variable].all.insert({id, begin});
    }
  }

  void charge(ContextId context, FunctionId id, std::uint32_t index) {
    const Wait& wait = waits_[id.value][index];
    const Point point{context, wait.at};
    const PointState state = facts_.state(point);
    if (!state.reachable) return;
    const Context& where = facts_.context(context);
    const bool alone = facts_.thread(where.thread).kind == ThreadRoot::Kind::Main &&
                       facts_.threadCount() > 1 && facts_.liveThreads(point).empty();
    for (const HeldLock& held : facts_.lockset(state.must)) {
      if (held.kind == LockKind::Semaphore || held.kind == LockKind::BinarySemaphore) continue;
      if (callersTell(where, held)) continue;
      if (wait.callee && mayGiveBack(id, wait.at, wait.callee, held)) continue;
      if (wait.io) {
        const EntityId variable = lockVariable(facts_, held);
        Sections& sections = sections_[variable];
        for (const auto& section : sections.all) {
          if (section.first == id && (!held.since || section.second == held.since))
            sections.with_io.insert(section);
        }
      }
      if (!alone)
        found_.push_back({point, held, index}); // nobody is there yet, or any more, who could want the lock
    }
  }

  std::optional<Confidence> judge(const Found& found, EntityId lock) const {
    if (!wait(found).io) return Confidence::High;
    const auto sections = sections_.find(lock);
    if (!lock || sections == sections_.end()) return Confidence::Medium;
    const std::size_t all = sections->second.all.size();
    const std::size_t with_io = sections->second.with_io.size();
    if (with_io >= all) return std::nullopt;
    return 2 * with_io > all ? Confidence::Low : Confidence::Medium;
  }

  Finding describe(const Found& found, EntityId lock_variable, Confidence confidence) const {
    const FunctionId id = functionOf(found);
    const std::string lock = quoted(facts_.lockName(found.point.context, found.held));
    const auto [leaf_function, leaf] = leafOf(id, found.wait);
    const Event& event = facts_.program()[leaf_function].events[leaf.value];
    const std::string what = event.kind == EventKind::Join ? "joins " + quoted(facts_.describe(event.path))
                                                           : "calls " + quoted(nameOf(event));
    const Wait& outer = wait(found);
    Finding finding = practice(facts_, "racestyle-blocking-under-lock", found.point, confidence);
    finding.message =
        quoted(functionName(facts_, id)) +
        (outer.callee ? " calls " + quoted(functionName(facts_, outer.callee)) + ", which " + what + ","
                      : " " + what) +
        " with " + lock + " held: whoever wants the lock waits as well";
    Trace trace = facts_.trace(found.point,
                               outer.callee ? "calls " + quoted(functionName(facts_, outer.callee)) + " here"
                                            : what + " here");
    const std::vector<std::string> held = facts_.heldNames(found.point);
    FunctionId function = outer.callee;
    std::uint32_t index = outer.inner;
    while (function) {
      const Wait& step = waits_[function.value][index];
      const std::string says =
          step.callee ? "calls " + quoted(functionName(facts_, step.callee)) + " here" : what + " here";
      trace.steps.push_back({facts_.program()[function].events[step.at.value].place, says, held});
      function = step.callee;
      index = step.inner;
    }
    finding.traces.push_back(std::move(trace));
    if (event.kind == EventKind::Join)
      finding.notes.push_back("if the thread that is joined ever wants " + lock + ", both wait for ever");
    if (outer.io)
      finding.notes.push_back(
          "other sections of " + lock +
          " do no such thing: false if it is there to take turns at this file or connection");
    finding.identity =
        finding.rule + "|" + entityName(facts_, lock_variable) + "|" + functionName(facts_, id) + "|" + what;
    return finding;
  }

  std::string nameOf(const Event& event) const {
    return std::string(
        facts_.program().text(event.label ? event.label : facts_.program()[event.callee].name));
  }

  const Facts& facts_;
  const RuleOptions& options_;
  InnerAcquisitions inner_;
  std::vector<std::vector<Wait>> waits_; ///< by function
  std::vector<Found> found_;
  std::map<EntityId, Sections> sections_; ///< by lock
};

} // namespace

void findBlockingUnderLock(const Facts& facts, std::vector<Finding>& findings) {
  BlockingUnderLock(facts).run(findings);
}

} // namespace racecourse::analysis
