// racestyle-callback-under-lock: code that the author of the critical section cannot know runs inside it. It may ask for
// the same lock again, or for one that is taken in the other order elsewhere.
//
// Unknown code is: what a std::function or another object with a call operator of a library holds, a function pointer
// that some function stored from its parameter, and a virtual method of an object that is one of a collection (observers).
// A strategy behind a single member is the class's own choice, and a table of operations in C is a virtual table:
// silent.
#include "checker/analysis/practice_wording.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <set>

namespace racecourse::analysis {

using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::LockKind;
using model::Path;
using model::PathId;
using model::RootKind;
using model::StepKind;

namespace {

class Callbacks {
public:
  explicit Callbacks(const Facts& facts) : facts_(facts) { findRegistered(); }

  void run(std::vector<Finding>& findings) {
    std::set<std::pair<FunctionId, EventId>> told;
    for (std::size_t i = 0; i < facts_.contextCount(); ++i) {
      const ContextId context{i};
      const FunctionId id = facts_.context(context).function;
      const model::Function& function = facts_.program()[id];
      if (!isJudged(function)) continue;
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        const Event& event = function.events[e];
        if (event.kind != EventKind::Call || told.contains({id, EventId(e)})) continue;
        const Point point{context, EventId(e)};
        const char* what = unknownCode(id, EventId(e));
        if (!what) continue;
        const PointState state = facts_.state(point);
        if (!state.reachable) continue;
        for (const HeldLock& held : facts_.lockset(state.must)) {
          if (held.kind == LockKind::Semaphore || held.kind == LockKind::BinarySemaphore) continue;
          if (!openedNearby(context, held)) continue;
          told.insert({id, EventId(e)});
          findings.push_back(describe(point, held, what));
          break;
        }
      }
    }
  }

private:
  /// Variables that hold a function somebody else gave: written from a parameter.
  void findRegistered() {
    for (const model::Function& function : facts_.program().functions) {
      for (const Event& event : function.events) {
        if (event.kind != EventKind::Access || event.access != model::AccessKind::Write) continue;
        if (event.value_kind != model::ValueKind::Value || !event.value) continue;
        const Path& from = facts_.path(event.value);
        if (from.root == RootKind::Parameter && from.steps.empty())
          registered_.insert(facts_.variable(event.path));
      }
    }
  }

  /// The section begins in this function or a few calls above: its author could have known. A lock that a program holds for
  /// most of its life is a way to take turns, and no critical section.
  bool openedNearby(ContextId context, const HeldLock& held) const {
    constexpr int nearby = 3;
    const HeldLock* lock = &held;
    for (int calls = 0; lock->at_entry; ++calls) {
      const Context& where = facts_.context(context);
      if (!where.caller || facts_.context(where.caller).thread != where.thread) return true;
      if (calls == nearby) return false;
      const std::span<const HeldLock> above = facts_.lockset(facts_.state({where.caller, where.call}).must);
      const auto same = std::ranges::find_if(above, [&](const HeldLock& other) {
        return lockVariable(facts_, other) == lockVariable(facts_, held);
      });
      if (same == above.end()) return true;
      lock = &*same;
      context = where.caller;
    }
    return true;
  }

  const char* unknownCode(FunctionId id, EventId at) const {
    const Event& event = facts_.program()[id].events[at.value];
    if (event.flags & model::kCallIndirect) return indirect(event);
    if (!(event.flags & model::kCallVirtual) || !event.receiver || !event.callee) return nullptr;
    const Path& receiver = facts_.path(event.receiver);
    const bool one_of_many = std::ranges::any_of(receiver.steps, [](const model::Step& step) {
      return step.kind == StepKind::Index && step.index < 0;
    });
    return one_of_many && !facts_.bodyOf(event.callee) ? "observer" : nullptr;
  }

  const char* indirect(const Event& event) const {
    if (!event.path) return nullptr;
    const Path& path = facts_.path(event.path);
    if (path.root == RootKind::Unknown || path.root == RootKind::Result) return nullptr;
    const EntityId variable = facts_.variable(event.path);
    const EntityId named = variable ? variable : path.steps.empty() ? path.entity : EntityId();
    if (!named) return nullptr;
    const model::Entity& entity = facts_.program()[named];
    // What a caller passes to be called now is in that caller's hands.
    if (entity.kind == model::EntityKind::Parameter) return nullptr;
    if (entity.is_container) return "stored function";
    return registered_.contains(named) ? "registered function" : nullptr;
  }

  Finding describe(Point point, const HeldLock& held, const std::string& what) const {
    const FunctionId id = facts_.context(point.context).function;
    const Event& event = facts_.event(point);
    const std::string lock = quoted(facts_.lockName(point.context, held));
    const bool observer = (event.flags & model::kCallIndirect) == 0;
    const std::string name = observer ? entityName(facts_, event.callee) : facts_.describe(event.path);
    Finding finding = practice(facts_, "racestyle-callback-under-lock", point, Confidence::Medium);
    finding.message = quoted(functionName(facts_, id)) + " calls the " + what + " " + quoted(name) +
                      " with " + lock + " held: what that code locks or waits for is not known here";
    finding.traces.push_back(facts_.trace(point, "calls " + quoted(name) + " here"));
    finding.notes.push_back("copy what has to be called while the lock is held, and call it after");
    finding.notes.push_back("false if nothing that is ever registered takes a lock, waits, or calls back");
    finding.identity = finding.rule + "|" + entityName(facts_, lockVariable(facts_, held)) + "|" +
                       functionName(facts_, id) + "|" + name;
    return finding;
  }

  const Facts& facts_;
  std::set<EntityId> registered_;
};

} // namespace

void findCallbacksUnderLock(const Facts& facts, std::vector<Finding>& findings) {
  Callbacks(facts).run(findings);
}

} // namespace racecourse::analysis
