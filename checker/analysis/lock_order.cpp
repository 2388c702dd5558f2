// racecourse-lock-order-inversion. An edge is "a thread surely holds A when it waits for B", found at B's acquisition or at
// the call that contains it (inner_acquisitions). The cycle search (lock_order_cycles) runs twice over the same edges:
//
//   by object  every proved lock object is a node of its own, so that a → b and b → c of three mutexes of one
//              class are three nodes; locks known by class only share the node of their field
//   by name    every field or variable is one node, for cycles in which a proved object on one edge is "some Account" on
//              the next
//
// Two edges meet in a node only if the lock one thread wants may be the one the other holds (sameLock). An edge from a
// class-level lock to itself is two instances at once: a defect when nothing orders them. Ordered are: an object and its
// child or parent (the path of one begins with the path of the other, unless both directions occur), and functions that
// compare addresses or ids first.
#include "checker/analysis/inner_acquisitions.h"
#include "checker/analysis/lock_order_cycles.h"
#include "checker/analysis/order_graph.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace racecourse::analysis {

using model::EntityId;
using model::Event;
using model::EventKind;
using model::FunctionId;
using model::Path;
using model::PathId;
using model::RootKind;
using model::StepKind;

namespace {

/// How the owners of two locks of one field relate by their paths.
enum class Kinship : std::uint8_t { Strangers, Down, Up, Unclear };

/// One edge as one context makes it.
struct Witness {
  Point point; ///< the acquisition of `to`, or the call that contains it
  HeldLock from;
  HeldLock to;
  std::vector<HeldLock> gates;
  FunctionId callee{};     ///< for a call: where the acquisition is …
  std::uint32_t inner = 0; ///< … as an entry of InnerAcquisitions
  Kinship kinship = Kinship::Unclear;
  bool ordered_by_identity = false;
  bool by_flag = false;
};

std::vector<model::Step> withoutDerefs(const Path& path) {
  std::vector<model::Step> steps;
  for (const model::Step& step : path.steps) {
    if (step.kind != StepKind::Deref) steps.push_back(step);
  }
  return steps;
}

class InversionSearch {
public:
  explicit InversionSearch(const Facts& facts) : facts_(facts), inner_(facts) {}

  void run(std::vector<Finding>& findings) {
    for (std::size_t i = 0; i < facts_.contextCount(); ++i) {
      collect(ContextId(i));
    }
    if (witnesses_.empty()) return;
    for (const bool by_object : {true, false}) {
      search(by_object, findings);
    }
  }

  OrderGraph graph() {
    std::vector<Finding> findings;
    run(findings);
    const std::vector<OrderWitness> edges = numberLocks(/*by_object=*/true);
    std::vector<OrderGraph::Lock> locks;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      locks.push_back({names_[i], variables_[i]});
    }
    return buildOrderGraph(
        std::move(locks), edges, reported_,
        {.obstacle = [&](std::size_t a, std::size_t b) { return obstacle(edges, a, b); },
         .way =
             [&](std::size_t i) { return wayOf(witnesses_[i], names_[edges[i].from], names_[edges[i].to]); }},
        limits());
  }

private:
  void collect(ContextId context) {
    const model::Function& function = facts_.function(context);
    const FunctionId id = facts_.context(context).function;
    if (function.analysis_off || !facts_.summary(id).acquires_any) return;
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      const Point point{context, model::EventId(e)};
      const std::vector<WantedLock> wanted = blockingLocks(function, event);
      if (wanted.empty() && event.kind != EventKind::Call) continue;
      const PointState state = facts_.state(point);
      const std::span<const HeldLock> held = facts_.lockset(state.must);
      if (!state.reachable || held.empty()) continue;
      for (const WantedLock& lock : wanted) {
        addEdges(point, held, lockAt(context, lock.path, lock.mode), nullptr, {}, 0);
      }
      if (event.kind != EventKind::Call) continue;
      for (FunctionId callee : facts_.callees(id, point.event)) {
        const std::span<const InnerAcquisition> inside = inner_.of(callee);
        for (std::size_t i = 0; i < inside.size(); ++i) {
          const PathId path = facts_.translate(id, point.event, callee, inside[i].lock);
          if (!path) continue;
          addEdges(point, held, lockAt(context, path, inside[i].mode), &inside[i], callee,
                   static_cast<std::uint32_t>(i));
        }
      }
    }
  }

  /// The caller's call leads here by itself; else a function was handed down and runs inside of the callee.
  bool calledByName(const Context& context) const {
    const auto callees = facts_.callees(facts_.context(context.caller).function, context.call);
    return std::find(callees.begin(), callees.end(), context.function) != callees.end();
  }

  HeldLock lockAt(ContextId context, PathId path, model::Mode mode) const {
    HeldLock lock;
    lock.path = path;
    lock.places = facts_.resolve(context, path);
    lock.mode = mode;
    if (const EntityId name = lockVariable(facts_, lock)) lock.kind = facts_.program()[name].lock;
    return lock;
  }

  void addEdges(Point point, std::span<const HeldLock> held, const HeldLock& wanted,
                const InnerAcquisition* inside, FunctionId callee, std::uint32_t inner) {
    if (!lockVariable(facts_, wanted)) return;
    const Context& context = facts_.context(point.context);
    // Waiting for a lock one already has is a self-deadlock or a recursion, no order.
    const bool again = std::any_of(held.begin(), held.end(), [&](const HeldLock& lock) {
      return (lock.path == wanted.path && !namesAnyElement(facts_.path(wanted.path))) ||
             facts_.sameLock(point.context, lock, point.context, wanted) == Same::Same;
    });
    if (again) return;
    for (const HeldLock& from : held) {
      // What a caller holds is an edge of the caller's call, with the better trace.
      if (!inside && from.at_entry && context.caller &&
          facts_.context(context.caller).thread == context.thread && from.path && calledByName(context)) {
        continue;
      }
      const EntityId name = lockVariable(facts_, from);
      if (!name || from.kind == model::LockKind::Semaphore) continue;
      if (inside && inner_.mayRelease(context.function, point.event, callee, from)) continue;
      Witness witness{.point = point, .from = from, .to = wanted, .gates = {}};
      for (const HeldLock& gate : held) {
        if (!(gate == from)) witness.gates.push_back(gate);
      }
      if (inside) {
        witness.callee = callee;
        witness.inner = inner;
        witness.by_flag = inside->by_flag;
        for (const auto& [path, mode] : inside->held) {
          const PathId own = facts_.translate(context.function, point.event, callee, path);
          if (own) witness.gates.push_back(lockAt(point.context, own, mode));
        }
      }
      witness.kinship = kinship(from, wanted);
      witness.ordered_by_identity = facts_.summary(context.function).compares_identity ||
                                    (callee && facts_.summary(callee).compares_identity);
      witnesses_.push_back(std::move(witness));
    }
  }

  Kinship kinship(const HeldLock& from, const HeldLock& to) const {
    if (!from.path || !to.path) return Kinship::Unclear;
    const Path& first = facts_.path(from.path);
    const Path& second = facts_.path(to.path);
    if (first.widened || second.widened) return Kinship::Unclear;
    const auto known = [](const Path& path) {
      return path.root != RootKind::Unknown && path.root != RootKind::Result;
    };
    if (first.root == second.root && first.entity == second.entity && first.site == second.site) {
      const std::vector<model::Step> a = withoutDerefs(ownerPrefix(first));
      const std::vector<model::Step> b = withoutDerefs(ownerPrefix(second));
      if (a.size() < b.size() && std::equal(a.begin(), a.end(), b.begin())) return Kinship::Down;
      if (b.size() < a.size() && std::equal(b.begin(), b.end(), a.begin())) return Kinship::Up;
    }
    return known(first) && known(second) ? Kinship::Strangers : Kinship::Unclear;
  }

  /// One proved object, the same in every run: a node of its own.
  PlaceId provedPlace(const HeldLock& lock) const {
    const std::span<const PlaceId> places = facts_.places(lock.places);
    if (places.size() != 1 || facts_.symbolic(places.front()) || manyObjects(facts_, lock.places)) return {};
    return namesAnyElement(facts_.place(places.front())) ? PlaceId() : places.front();
  }

  using NodeKey = std::pair<bool, std::uint32_t>; ///< proved place or name

  NodeKey keyOf(const HeldLock& lock, bool by_object) const {
    if (by_object) {
      if (const PlaceId place = provedPlace(lock)) return {true, place.value};
    }
    return {false, lockVariable(facts_, lock).value};
  }

  std::string nodeName(NodeKey key) const {
    return key.first ? facts_.describe(PlaceId(key.second)) : entityName(facts_, EntityId(key.second));
  }

  CycleLimits limits() const {
    return {.max_length = facts_.options().max_cycle_length,
            .max_per_knot = facts_.options().max_cycles_per_group};
  }

  /// Fills names_ and variables_; the witnesses in the numbers of their locks.
  std::vector<OrderWitness> numberLocks(bool by_object) {
    std::map<NodeKey, OrderNode> number;
    for (const Witness& witness : witnesses_) {
      number[keyOf(witness.from, by_object)];
      number[keyOf(witness.to, by_object)];
      for (const HeldLock& gate : witness.gates) {
        if (lockVariable(facts_, gate)) number[keyOf(gate, by_object)];
      }
    }
    // Numbers follow names, so that "the smallest lock first" means the same in every run and every order of units.
    std::vector<std::pair<std::string, NodeKey>> named;
    for (const auto& [key, unused] : number) {
      named.emplace_back(nodeName(key), key);
    }
    std::sort(named.begin(), named.end());
    names_.clear();
    variables_.clear();
    for (const auto& [name, key] : named) {
      number[key] = static_cast<OrderNode>(names_.size());
      names_.push_back(name);
      variables_.push_back(key.first ? facts_.variable(PlaceId(key.second)) : EntityId(key.second));
    }
    std::vector<OrderWitness> edges;
    for (const Witness& witness : witnesses_) {
      OrderWitness edge{.from = number[keyOf(witness.from, by_object)],
                        .to = number[keyOf(witness.to, by_object)],
                        .held = witness.from.mode,
                        .wanted = witness.to.mode,
                        .gates = {}};
      for (const HeldLock& gate : witness.gates) {
        if (!lockVariable(facts_, gate) || gate.kind == model::LockKind::Semaphore) continue;
        edge.gates.push_back({number[keyOf(gate, by_object)], gate.mode});
      }
      std::sort(edge.gates.begin(), edge.gates.end());
      edges.push_back(std::move(edge));
    }
    return edges;
  }

  void search(bool by_object, std::vector<Finding>& findings) {
    const std::vector<OrderWitness> edges = numberLocks(by_object);
    const auto overlap = [&](std::size_t a, std::size_t b) {
      return obstacle(edges, a, b) == Obstacle::None;
    };
    const CycleSearch result = findCycles(edges, names_.size(), overlap, limits());
    for (const OrderCycle& cycle : result.cycles) {
      std::set<std::pair<EntityId, EntityId>> by_name;
      for (std::size_t witness : cycle.witnesses) {
        by_name.insert(
            {lockVariable(facts_, witnesses_[witness].from), lockVariable(facts_, witnesses_[witness].to)});
      }
      if (!by_object && told_.contains(by_name)) continue;
      told_.insert(by_name);
      findings.push_back(describe(cycle, edges, result.capped));
      reported_.push_back({cycle.witnesses, findings.back().confidence});
    }
  }

  /// What keeps two threads from standing at these waits together, or from meeting in one lock there.
  Obstacle obstacle(const std::vector<OrderWitness>& edges, std::size_t a, std::size_t b) const {
    const Witness& x = witnesses_[a];
    const Witness& y = witnesses_[b];
    if (edges[a].from == edges[a].to) {
      const bool strangers =
          x.kinship == y.kinship && (x.kinship == Kinship::Strangers || x.kinship == Kinship::Unclear);
      const bool both_ways = (x.kinship == Kinship::Down && y.kinship == Kinship::Up) ||
                             (x.kinship == Kinship::Up && y.kinship == Kinship::Down);
      if (!strangers && !both_ways) return Obstacle::OwnerOrder;
      if (x.ordered_by_identity || y.ordered_by_identity) return Obstacle::IdentityOrder;
    } else if (x.ordered_by_identity && y.ordered_by_identity && lockVariable(facts_, x.from) &&
               lockVariable(facts_, x.from) == lockVariable(facts_, x.to)) {
      return Obstacle::IdentityOrder; // two objects, each called by its own name
    }
    if (x.ordered_by_identity && y.ordered_by_identity && oneClass(x) && oneClass(y))
      return Obstacle::IdentityOrder;
    if (edges[a].to == edges[b].from && !meet(x, y)) return Obstacle::OtherObjects;
    if (edges[b].to == edges[a].from && !meet(y, x)) return Obstacle::OtherObjects;
    if (facts_.mayRunTogether(x.point, y.point)) return Obstacle::None;
    const ThreadId thread = facts_.context(x.point.context).thread;
    const bool one_thread = thread == facts_.context(y.point.context).thread && !facts_.thread(thread).many;
    return one_thread ? Obstacle::OneThread : Obstacle::CreateJoinOrder;
  }

  /// Two locks of one class or array: what a function that compares their addresses or numbers puts in order.
  bool oneClass(const Witness& witness) const {
    return lockVariable(facts_, witness.from) == lockVariable(facts_, witness.to);
  }

  bool meet(const Witness& waits, const Witness& holds) const {
    return facts_.sameLock(waits.point.context, waits.to, holds.point.context, holds.from) != Same::No;
  }

  Confidence confidenceOf(const OrderCycle& cycle, bool self) const {
    Confidence confidence = Confidence::High;
    for (std::size_t i = 0; i < cycle.length(); ++i) {
      const Witness& witness = witnesses_[cycle.witnesses[i]];
      const Witness& next = witnesses_[cycle.witnesses[(i + 1) % cycle.length()]];
      const Evidence evidence = facts_.context(witness.point.context).evidence;
      if (evidence == Evidence::Unsure || witness.by_flag) return Confidence::Low;
      if (evidence == Evidence::Intent) confidence = weaker(confidence, Confidence::Medium);
      if (self && witness.kinship != Kinship::Strangers) return Confidence::Low;
      if (facts_.sameLock(witness.point.context, witness.to, next.point.context, next.from) != Same::Same ||
          manyObjects(facts_, witness.to.places)) {
        confidence = weaker(confidence, Confidence::Medium);
      }
      for (const HeldLock* lock : {&witness.from, &witness.to}) {
        if (lock->path && facts_.path(lock->path).widened) return Confidence::Low;
      }
      if (!facts_.notes(witness.point.context).empty()) confidence = weaker(confidence, Confidence::Medium);
    }
    return confidence;
  }

  /// The acquisition itself: in the innermost callee.
  model::Place acquisitionPlace(const Witness& witness) const {
    model::Place place = facts_.event(witness.point).place;
    FunctionId function = witness.callee;
    std::uint32_t index = witness.inner;
    while (function) {
      const InnerAcquisition& inner = inner_.of(function)[index];
      place = facts_.program()[function].events[inner.at.value].place;
      function = inner.callee;
      index = inner.inner;
    }
    return place;
  }

  std::string whereabouts(const Witness& witness) const {
    return quoted(functionName(facts_, facts_.context(witness.point.context).function));
  }

  Trace traceOf(const Witness& witness, const std::string& from, const std::string& to) const {
    const std::string last = witness.callee ? "calls " + functionName(facts_, witness.callee)
                                            : "waits for " + quoted(to) + " here";
    Trace trace = facts_.trace(witness.point, last);
    if (witness.from.since) {
      const Point since{witness.point.context, witness.from.since};
      std::vector<std::string> held = facts_.heldNames(since);
      held.push_back(from);
      std::sort(held.begin(), held.end());
      const bool in_call = facts_.event(since).kind == EventKind::Call;
      TraceStep step{.place = facts_.event(since).place,
                     .message = in_call ? "a call here acquires " + quoted(from)
                                        : "acquires " + quoted(from) + " here",
                     .held = std::move(held)};
      trace.steps.insert(trace.steps.empty() ? trace.steps.end() : trace.steps.end() - 1, std::move(step));
    }
    const std::vector<std::string> held = facts_.heldNames(witness.point);
    FunctionId function = witness.callee;
    std::uint32_t index = witness.inner;
    while (function) {
      const InnerAcquisition& inner = inner_.of(function)[index];
      const model::Place place = facts_.program()[function].events[inner.at.value].place;
      trace.steps.push_back(
          {place,
           inner.callee ? "calls " + functionName(facts_, inner.callee) : "waits for " + quoted(to) + " here",
           held});
      function = inner.callee;
      index = inner.inner;
    }
    return trace;
  }

  OrderGraph::Witness wayOf(const Witness& witness, const std::string& from, const std::string& to) const {
    OrderGraph::Witness way;
    way.trace = traceOf(witness, from, to);
    if (witness.from.since) way.held_at = facts_.event({witness.point.context, witness.from.since}).place;
    way.wanted_at = acquisitionPlace(witness);
    return way;
  }

  std::string sentence(const OrderCycle& cycle, const std::vector<OrderWitness>& edges, bool self) const {
    const auto wants = [&](std::size_t i) {
      const std::size_t witness = cycle.witnesses[i];
      return whereabouts(witnesses_[witness]) + " waits for " + quoted(names_[edges[witness].to]) +
             " while holding " + quoted(names_[edges[witness].from]);
    };
    if (self) {
      const Witness& first = witnesses_[cycle.witnesses[0]];
      const Witness& second = witnesses_[cycle.witnesses[1]];
      std::string where = whereabouts(first);
      if (where != whereabouts(second)) where += " and " + whereabouts(second);
      return "two " + quoted(names_[edges[cycle.witnesses[0]].from]) + " are held at once in " + where +
             ", and nothing orders them: two threads that take the same pair the other way round block each "
             "other";
    }
    std::vector<std::string> parts;
    std::vector<std::string> locks;
    for (std::size_t i = 0; i < cycle.length(); ++i) {
      parts.push_back(wants(i));
      locks.push_back(quoted(names_[edges[cycle.witnesses[i]].from]));
    }
    const std::string head = cycle.length() == 2 ? listed(locks) + " are locked in both orders: "
                                                 : listed(locks) + " are locked in a circle: ";
    return head + listed(parts);
  }

  /// Distinct places of the source that keep an edge.
  std::size_t placesOf(OrderNode from, OrderNode to, const std::vector<OrderWitness>& edges) const {
    std::set<model::Place> places;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (edges[i].from == from && edges[i].to == to) places.insert(facts_.event(witnesses_[i].point).place);
    }
    return places.size();
  }

  Finding describe(const OrderCycle& cycle, const std::vector<OrderWitness>& edges, bool capped) const {
    const OrderWitness& odd = edges[cycle.witnesses[cycle.exception]];
    const bool self = odd.from == odd.to;
    Finding finding;
    finding.rule = "racecourse-lock-order-inversion";
    finding.confidence = confidenceOf(cycle, self);
    finding.severity = finding.confidence == Confidence::High ? Severity::Error : Severity::Warning;
    finding.place = acquisitionPlace(witnesses_[cycle.witnesses[cycle.exception]]);
    finding.message = sentence(cycle, edges, self);
    std::vector<ContextId> contexts;
    finding.identity = finding.rule;
    bool proved = true;
    for (std::size_t index : cycle.witnesses) {
      const Witness& witness = witnesses_[index];
      finding.traces.push_back(traceOf(witness, names_[edges[index].from], names_[edges[index].to]));
      finding.identity += "|" + names_[edges[index].from] + "|" +
                          functionName(facts_, facts_.context(witness.point.context).function);
      contexts.push_back(witness.point.context);
      proved = proved && static_cast<bool>(provedPlace(witness.from)) &&
               static_cast<bool>(provedPlace(witness.to));
    }
    const Point first = witnesses_[cycle.witnesses.front()].point;
    const Point second = witnesses_[cycle.witnesses.back()].point;
    finding.notes.push_back(
        self ? std::string("consistent order: by address or id of the two objects, or both at once "
                           "with std::scoped_lock")
             : consistentOrder(cycle, edges));
    finding.notes.push_back(facts_.whyTogether(first, second));
    finding.notes.push_back(std::string("false if ") +
                            (proved ? "something other than a lock keeps these threads apart"
                                    : "the objects that the threads lock are never the same"));
    addImprecision(facts_, contexts, finding.notes);
    if (capped) finding.notes.push_back("imprecise: these locks stand in more cycles than are listed");
    return finding;
  }

  std::string consistentOrder(const OrderCycle& cycle, const std::vector<OrderWitness>& edges) const {
    std::vector<std::string> order;
    for (std::size_t i = 1; i <= cycle.length(); ++i) {
      order.push_back(quoted(names_[edges[cycle.witnesses[(cycle.exception + i) % cycle.length()]].from]));
    }
    const OrderWitness& odd = edges[cycle.witnesses[cycle.exception]];
    std::string text = "consistent order: ";
    for (std::size_t i = 0; i < order.size(); ++i) {
      text += (i > 0 ? " before " : "") + order[i];
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < cycle.length(); ++i) {
      const OrderWitness& edge = edges[cycle.witnesses[i]];
      if (i != cycle.exception) kept += placesOf(edge.from, edge.to, edges);
    }
    return text + ", as at " + counted(kept, "place", "places") + " against " +
           std::to_string(placesOf(odd.from, odd.to, edges));
  }

  const Facts& facts_;
  const InnerAcquisitions inner_;
  std::vector<Witness> witnesses_;
  std::vector<std::string> names_;  ///< of the nodes of the current search
  std::vector<EntityId> variables_; ///< of the same
  std::vector<ReportedCycle> reported_;
  std::set<std::set<std::pair<EntityId, EntityId>>> told_;
};

} // namespace

void findLockOrderInversions(const Facts& facts, std::vector<Finding>& findings) {
  InversionSearch(facts).run(findings);
}

OrderGraph orderGraph(const Facts& facts) {
  return InversionSearch(facts).graph();
}

} // namespace racecourse::analysis
