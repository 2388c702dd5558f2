// racestyle-unbounded-queue: a queue between threads that takes whatever comes. When its consumers are slower than its
// producers it holds all of the difference, until memory ends.
//
// A library's queue says by its constructor that it has no bound. A queue made by hand is a container and a condition
// variable: one function adds to the container and notifies; another waits on the same condition variable and takes from
// the container; both can run in two threads. A bound is anything of this in the producer: a wait, a permit, a question
// about the container's size; or such a question in a function that calls the producer. A container that is filled when
// its owner is made is a set of resources that are lent and given back: silent.
#include "checker/analysis/practice_wording.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace racecourse::analysis {

using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::PathId;

namespace {

class UnboundedQueues {
public:
  explicit UnboundedQueues(const Facts& facts) : facts_(facts), about_(facts.program().functions.size()) {}

  void run(std::vector<Finding>& findings) {
    made(findings);
    if (!facts_.options().rules.own_queues) return;
    for (std::size_t i = 0; i < about_.size(); ++i)
      look(FunctionId(i));
    std::set<EntityId> told;
    for (const auto& [container, ends] : ends_) {
      for (const Producer& producer : ends.producers) {
        if (ends.lends || told.contains(container)) break;
        for (const Consumer& consumer : ends.consumers) {
          if (consumer.condition != producer.condition || !together(producer.function, consumer.function))
            continue;
          if (callerAsks(producer.function, container)) continue;
          findings.push_back(describe(container, producer, consumer));
          told.insert(container);
          break;
        }
      }
    }
  }

private:
  struct Producer {
    FunctionId function;
    EventId adds;
    EntityId condition;
  };
  struct Consumer {
    FunctionId function;
    EventId takes;
    EntityId condition;
  };
  struct Ends {
    std::vector<Producer> producers;
    std::vector<Consumer> consumers;
    bool lends = false;
  };
  /// What one function does, by the variables' entities.
  struct About {
    std::set<EntityId> asks; ///< containers whose size, emptiness or content it asks for
  };

  void made(std::vector<Finding>& findings) const {
    for (std::size_t i = 0; i < facts_.program().functions.size(); ++i) {
      const FunctionId id{i};
      const model::Function& function = facts_.program()[id];
      if (!isJudged(function) || facts_.contextsOf(id).empty()) continue;
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        const Event& event = function.events[e];
        if (event.kind != EventKind::Call || !(event.flags & model::kCallUnbounded)) continue;
        const Point point{facts_.contextsOf(id).front(), EventId(e)};
        // The initialiser of a static object does not know its object.
        const bool named = event.receiver && !function.runs_before_main;
        const std::string queue = named ? quoted(facts_.describe(event.receiver)) : "this queue";
        Finding finding = practice(facts_, "racestyle-unbounded-queue", point, Confidence::Medium);
        finding.message =
            queue +
            " is made without a bound: it takes whatever its producers put, however slow its consumers are";
        finding.traces.push_back(facts_.trace(point, "makes the queue here"));
        finding.notes.push_back("false if something else bounds what is put into it");
        finding.identity = finding.rule + "|" + functionName(facts_, id) + "|" + queue;
        findings.push_back(std::move(finding));
      }
    }
  }

  void look(FunctionId id) {
    const model::Function& function = facts_.program()[id];
    if (!isJudged(function) || facts_.contextsOf(id).empty()) return;
    std::set<EntityId> notified, waited;
    bool permit = false;
    for (const Event& event : function.events) {
      if (event.kind == EventKind::Notify) notified.insert(facts_.variable(event.path));
      if (event.kind == EventKind::Wait) waited.insert(facts_.variable(event.path));
      if (event.kind == EventKind::Call && (event.flags & model::kCallContainerTest) && event.receiver)
        about_[id.value].asks.insert(facts_.variable(event.receiver));
      if (event.kind == EventKind::Acquire)
        permit = permit || std::ranges::any_of(event.locks, [&](PathId lock) { return isSemaphore(lock); });
    }
    notified.erase(EntityId());
    waited.erase(EntityId());
    const ContextId context = facts_.contextsOf(id).front();
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      if (event.kind != EventKind::Access || !event.by_library || event.access == model::AccessKind::Read)
        continue;
      const EntityId container = facts_.variable(event.path);
      if (!container || !facts_.program()[container].is_container || isElement(event.path)) continue;
      const bool grows = (event.flags & model::kAccessGrows) != 0;
      if (grows && function.is_constructor) ends_[container].lends = true;
      const PointState state = facts_.state({context, EventId(e)});
      if (!state.reachable || facts_.lockset(state.must).empty()) continue;
      if (grows && waited.empty() && !permit && !about_[id.value].asks.contains(container)) {
        for (EntityId condition : notified)
          ends_[container].producers.push_back({id, EventId(e), condition});
      }
      if (!grows) {
        for (EntityId condition : waited)
          ends_[container].consumers.push_back({id, EventId(e), condition});
      }
    }
  }

  bool isElement(PathId path) const {
    const std::vector<model::Step>& steps = facts_.path(path).steps;
    return !steps.empty() && steps.back().kind == model::StepKind::Index;
  }

  bool isSemaphore(PathId lock) const {
    const EntityId variable = facts_.variable(lock);
    return variable && facts_.program()[variable].lock == model::LockKind::Semaphore;
  }

  bool together(FunctionId producer, FunctionId consumer) const {
    for (ContextId a : facts_.contextsOf(producer)) {
      for (ContextId b : facts_.contextsOf(consumer)) {
        const Context& first = facts_.context(a);
        const Context& second = facts_.context(b);
        if (first.evidence == Evidence::Unsure || second.evidence == Evidence::Unsure) continue;
        if (first.thread == second.thread && !facts_.thread(first.thread).many) continue;
        if (facts_.mayOverlap(first.thread, second.thread)) return true;
      }
    }
    return false;
  }

  /// Some caller of the producer also calls a method that asks how full the container is.
  bool callerAsks(FunctionId producer, EntityId container) const {
    for (std::size_t i = 0; i < about_.size(); ++i) {
      const FunctionId id{i};
      const model::Function& function = facts_.program()[id];
      bool produces = false, asks = about_[i].asks.contains(container);
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        if (function.events[e].kind != EventKind::Call) continue;
        for (FunctionId callee : facts_.callees(id, EventId(e))) {
          produces = produces || callee == producer;
          asks = asks ||
                 (callee != producer && about_[callee.value].asks.contains(container) && isReader(callee));
        }
      }
      if (produces && asks) return true;
    }
    return false;
  }

  /// size(), full(): asks, and neither waits nor changes anything.
  bool isReader(FunctionId id) const {
    return std::ranges::none_of(facts_.program()[id].events, [](const Event& event) {
      return event.kind == EventKind::Wait ||
             (event.kind == EventKind::Access && event.access != model::AccessKind::Read);
    });
  }

  Finding describe(EntityId container, const Producer& producer, const Consumer& consumer) const {
    const Point adds{facts_.contextsOf(producer.function).front(), producer.adds};
    const Point takes{facts_.contextsOf(consumer.function).front(), consumer.takes};
    const std::string name = quoted(entityName(facts_, container));
    Finding finding = practice(facts_, "racestyle-unbounded-queue", adds, Confidence::Medium);
    finding.message = name + " grows without a bound: " + quoted(functionName(facts_, producer.function)) +
                      " adds to it whether or not " + quoted(functionName(facts_, consumer.function)) +
                      " keeps up";
    finding.traces.push_back(facts_.trace(adds, "adds to " + name + " here, whatever its size"));
    finding.traces.push_back(facts_.trace(takes, "takes from " + name + " here"));
    finding.notes.push_back("wait, or refuse, when it holds as much as there should ever be");
    finding.notes.push_back("false if something else bounds what is added");
    finding.identity = finding.rule + "|" + entityName(facts_, container);
    return finding;
  }

  const Facts& facts_;
  std::vector<About> about_; ///< by function
  std::map<EntityId, Ends> ends_;
};

} // namespace

void findUnboundedQueues(const Facts& facts, std::vector<Finding>& findings) {
  UnboundedQueues(facts).run(findings);
}

} // namespace racecourse::analysis
