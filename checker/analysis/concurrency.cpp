// Which threads may be alive where. An element is a thread root together with the handle it can be joined by. Inside a
// function the flow step knows which threads it started and which handles were joined; here the elements alive at a
// context's entry are propagated over the context graph and combined with that. A joined thread takes those of its
// descendants with it that it joins itself. The exclusion tests (not yet created, already joined, joined before the other is
// created, unique) follow Schwarz et al., "Data Race Detection by Digest-Driven Abstract Interpretation" (2025), reduced to
// one forward set. Invariant: every set only grows, so a worklist pass ends.
#include "checker/analysis/contexts.h"

#include <algorithm>

namespace racecourse::analysis {

using namespace model;

namespace {

using Elements = std::vector<std::uint32_t>;

bool unite(Elements& a, const Elements& b) {
  if (b.empty()) return false;
  Elements both;
  both.reserve(a.size() + b.size());
  std::ranges::set_union(a, b, std::back_inserter(both));
  bool changed = both.size() != a.size();
  a = std::move(both);
  return changed;
}

bool contains(const Elements& set, std::uint32_t value) {
  return std::ranges::binary_search(set, value);
}

} // namespace

std::uint32_t Contexts::element(ThreadId thread, PlaceSetId handle) {
  auto [it, inserted] =
      element_ids_.try_emplace(LiveElement{thread, handle}, static_cast<std::uint32_t>(elements.size()));
  if (inserted) elements.push_back({thread, handle});
  return it->second;
}

std::vector<std::uint32_t> Contexts::computeLive(ContextId c, std::uint32_t index) {
  const ContextInfo& info = all[c.value];
  const LocalState& state = flows_.state(info.facts.function, index);
  Elements result = live_sets[info.entry_live];
  if (!result.empty() && !state.joined.empty()) {
    std::vector<PlaceSetId> joined;
    for (PathId handle : state.joined)
      joined.push_back(resolveSet(c, handle));
    // A join names the handle, or a container that holds it.
    auto ends = [&](PlaceSetId handle) {
      const auto& own = place_sets[handle];
      if (own.empty()) return false;
      for (PlaceSetId set : joined) {
        bool all_covered = true;
        for (PlaceId place : own)
          all_covered &= std::ranges::any_of(
              place_sets[set], [&](PlaceId j) { return startsWith(places[place.value], places[j.value]); });
        if (all_covered) return true;
      }
      return false;
    };
    Elements alive, dead;
    for (std::uint32_t e : result)
      (ends(elements[e].handle) ? dead : alive).push_back(e);
    if (!dead.empty()) {
      Elements gone, kept;
      for (std::uint32_t e : dead) {
        unite(gone, descendants[elements[e].thread.value]);
        unite(kept, left_behind[elements[e].thread.value]);
      }
      for (std::uint32_t e : alive)
        unite(kept, descendants[elements[e].thread.value]);
      Elements remaining;
      for (std::uint32_t e : alive)
        if (!contains(gone, e) || contains(kept, e)) remaining.push_back(e);
      result = std::move(remaining);
    }
  }
  for (const LiveEntry& live : state.live) {
    PlaceSetId handle = live.handle ? resolveSet(c, live.handle) : PlaceSetId(0);
    for (ThreadId thread : site_threads[live.site]) {
      if (apart(threads[thread.value].program, threads[info.facts.thread.value].program)) continue;
      if (live.joined) {
        unite(result, left_behind[thread.value]);
        continue;
      }
      unite(result, {element(thread, handle)});
      unite(result, descendants[thread.value]);
    }
  }
  return result;
}

const std::vector<std::uint32_t>& Contexts::liveAt(ContextId c, std::uint32_t index) {
  auto [it, inserted] = live_memo_.try_emplace(std::uint64_t{c.value} << 32 | index);
  if (inserted) {
    Elements live = computeLive(c, index);
    live_memo_[std::uint64_t{c.value} << 32 | index] = std::move(live);
    return live_memo_[std::uint64_t{c.value} << 32 | index];
  }
  return it->second;
}

void Contexts::solveThreads() {
  const std::size_t count = threads.size();
  descendants.assign(count, {});
  left_behind.assign(count, {});
  coexist.assign(count, std::vector<bool>(count, false));
  if (std::ranges::none_of(threads, [](const ThreadRoot& t) { return t.kind == ThreadRoot::Kind::Spawned; }))
    return;

  // Children: Spawn edges by the thread that makes them.
  for (const ContextEdge& edge : edges) {
    if (!edge.spawn) continue;
    const ContextInfo& from = all[edge.caller.value];
    const Event& event = unit_[from.facts.function].events[edge.event.value];
    PathId handle =
        event.path && !(event.flags & kSpawnDetached)
            ? handlePath(flows_.paths, canonicalPath(unit_, graph_, flows_, from.facts.function, event.path))
            : PathId();
    std::uint32_t e = element(all[edge.callee.value].facts.thread,
                              handle ? resolveSet(edge.caller, handle) : PlaceSetId(0));
    unite(descendants[from.facts.thread.value], {e});
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t t = 0; t < count; ++t) {
      Elements more;
      for (std::uint32_t e : descendants[t])
        unite(more, descendants[elements[e].thread.value]);
      changed |= unite(descendants[t], more);
    }
  }

  // Entry contexts: what a root starts with. Library callers may come when earlier callers have started threads, except
  // that a function which itself starts a thread is taken to run before it.
  std::vector<std::vector<ContextId>> entries(count);
  for (const ContextEdge& edge : edges)
    if (edge.spawn) entries[all[edge.callee.value].facts.thread.value].push_back(edge.callee);
  Elements by_library;
  for (std::size_t t = 0; t < count; ++t)
    if (threads[t].kind == ThreadRoot::Kind::Intent || threads[t].kind == ThreadRoot::Kind::Unknown)
      unite(by_library, descendants[t]);

  std::vector<std::vector<std::uint32_t>> out(all.size());
  for (std::size_t i = 0; i < edges.size(); ++i)
    out[edges[i].caller.value].push_back(static_cast<std::uint32_t>(i));

  auto setEntry = [&](ContextId c, const Elements& more) {
    Elements live = live_sets[all[c.value].entry_live];
    if (!unite(live, more)) return false;
    all[c.value].entry_live = live_sets.intern(std::move(live));
    return true;
  };
  std::vector<std::uint32_t> queue;
  std::vector<bool> queued(all.size(), false);
  auto enqueueLive = [&](std::uint32_t c) {
    if (queued[c]) return;
    queued[c] = true;
    queue.push_back(c);
  };
  for (std::size_t c = 0; c < all.size(); ++c) {
    const ContextInfo& info = all[c];
    ThreadRoot::Kind kind = threads[info.facts.thread.value].kind;
    if (!info.facts.caller && !by_library.empty() &&
        (kind == ThreadRoot::Kind::Intent || kind == ThreadRoot::Kind::Unknown) &&
        !unit_[info.facts.function].is_constructor) {
      Elements live = by_library;
      // Threads that this entry starts, directly or in a callee that leaves them running.
      Elements own;
      auto starts = [&](std::uint32_t site) {
        for (ThreadId started : site_threads[site]) {
          for (std::uint32_t e : by_library)
            if (elements[e].thread == started) unite(own, {e});
          unite(own, descendants[started.value]);
        }
      };
      for (const LiveEntry& entry : flows_.summaries[info.facts.function.value].live)
        starts(entry.site);
      for (std::uint32_t site = 0; site < flows_.spawn_sites.size(); ++site)
        if (flows_.spawn_sites[site].function == info.facts.function) starts(site);
      std::erase_if(live, [&](std::uint32_t e) { return contains(own, e); });
      setEntry(ContextId(c), live);
    }
    for (std::uint32_t edge : out[c])
      if (edges[edge].spawn) enqueueLive(static_cast<std::uint32_t>(c));
    const FunctionFlow& flow = flows_.flows[info.facts.function.value];
    bool starts = std::ranges::any_of(flow.states, [](const LocalState& s) { return !s.live.empty(); });
    if (starts || info.entry_live.value != 0) enqueueLive(static_cast<std::uint32_t>(c));
  }

  // Static initialisers run before main: what they leave running is alive there.
  const auto isMain = [&](ThreadId t) { return threads[t.value].kind == ThreadRoot::Kind::Main; };

  for (int round = 0; round < 8; ++round) {
    while (!queue.empty()) {
      std::uint32_t c = queue.back();
      queue.pop_back();
      queued[c] = false;
      const FunctionFlow& flow = flows_.flows[all[c].facts.function.value];
      std::unordered_map<std::uint32_t, Elements> by_state;
      for (std::uint32_t edge_index : out[c]) {
        const ContextEdge& edge = edges[edge_index];
        std::uint32_t index = flow.stateIndex(edge.event);
        if (index == FunctionFlow::kUnreachable) continue;
        auto [it, inserted] = by_state.try_emplace(index);
        if (inserted) it->second = computeLive(ContextId(c), index);
        if (setEntry(edge.callee, it->second)) enqueueLive(edge.callee.value);
      }
    }
    // What threads (and static initialisers) leave running at their end.
    bool changed = false;
    std::map<ThreadId, Elements> from_initialisers;
    for (std::size_t c = 0; c < all.size(); ++c) {
      const ContextInfo& info = all[c];
      ThreadId t = info.facts.thread;
      bool entry = std::ranges::find(entries[t.value], ContextId(c)) != entries[t.value].end();
      bool initialiser = isMain(t) && unit_[info.facts.function].runs_before_main;
      if (!entry && !initialiser) continue;
      const FunctionFlow& flow = flows_.flows[info.facts.function.value];
      Elements left;
      for (const ExitRecord& exit : flow.exits)
        unite(left, computeLive(ContextId(c), exit.state));
      if (initialiser) {
        unite(from_initialisers[t], left);
        continue;
      }
      std::erase_if(left, [&](std::uint32_t e) { return !contains(descendants[t.value], e); });
      if (unite(left_behind[t.value], left)) changed = true;
    }
    for (std::size_t c = 0; c < all.size(); ++c)
      if (unit_[all[c].facts.function].is_main && isMain(all[c].facts.thread) &&
          setEntry(ContextId(c), from_initialisers[all[c].facts.thread]))
        enqueueLive(static_cast<std::uint32_t>(c));
    if (!changed && queue.empty()) break;
    if (changed)
      for (std::size_t c = 0; c < all.size(); ++c)
        if (!out[c].empty() && all[c].entry_live.value != 0) enqueueLive(static_cast<std::uint32_t>(c));
  }

  // Pairs, from every Spawn: the new thread meets what is alive there, itself included.
  for (const ContextEdge& edge : edges) {
    if (!edge.spawn) continue;
    const ContextInfo& from = all[edge.caller.value];
    ThreadId started = all[edge.callee.value].facts.thread;
    const Event& event = unit_[from.facts.function].events[edge.event.value];
    std::uint32_t index = flows_.flows[from.facts.function.value].stateIndex(edge.event);
    for (std::uint32_t e : computeLive(edge.caller, index)) {
      ThreadId other = elements[e].thread;
      coexist[started.value][other.value] = coexist[other.value][started.value] = true;
      // The new thread's own threads will meet it too.
      for (std::uint32_t d : descendants[started.value]) {
        ThreadId child = elements[d].thread;
        coexist[child.value][other.value] = coexist[other.value][child.value] = true;
      }
    }
    if (event.flags & kSpawnPool) coexist[started.value][started.value] = true;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t t = 0; t < count; ++t) {
      if (!coexist[t][t]) continue;
      for (std::uint32_t e : descendants[t]) {
        std::uint32_t child = elements[e].thread.value;
        if (coexist[child][child]) continue;
        coexist[child][child] = changed = true;
      }
    }
  }
  for (std::size_t t = 0; t < count; ++t)
    if (threads[t].kind == ThreadRoot::Kind::Spawned) threads[t].many = coexist[t][t];
  live_final_ = true;
}

} // namespace racecourse::analysis
