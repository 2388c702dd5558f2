// Locks first: a static lock is known by its name in every file; a recorded one by the static lock it matches, else by its
// own name, else by where it was first acquired, counted within its file (the third such lock of one run is the third of the
// next). Then edges and cycles are those of the files in the numbers of the merged locks. Last, cycles that no single file
// could know: simple cycles of the whole whose edges come from no one file, each told unless on every choice of ways two of
// them hold a common lock or the holder only reads.
#include "checker/report/graph_merge.h"

#include "checker/report/graph_match.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace racecourse::report {
namespace {

constexpr std::size_t kLongestNewCycle = 5;
constexpr std::size_t kNewCycles = 64;
constexpr std::size_t kSteps = 200'000;

std::string_view baseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// How people are told of a recorded lock without a name.
std::string firstSeen(const GraphLock& lock) {
  for (const GraphPlace& frame : lock.first)
    if (frame.line != 0)
      return lock.kind + " first taken at " + std::string(baseName(frame.file)) + ":" +
             std::to_string(frame.line);
  return lock.kind;
}

int rank(const std::string& level) {
  return level == "happening" ? 0 : level == "possible" ? 1 : 2;
}

class Merger {
public:
  explicit Merger(std::span<const GraphFile> files) : files_(files) {}

  MergedGraph merge() {
    for (const GraphFile& file : files_) {
      merged_.sources.push_back({file.name, file.recorded, file.lost});
      merged_.cycles_complete = merged_.cycles_complete && file.cycles_complete;
    }
    numberLocks();
    for (std::size_t f = 0; f < files_.size(); ++f)
      addEdges(f);
    sortEdges();
    for (std::size_t f = 0; f < files_.size(); ++f)
      addCycles(f);
    findNewCycles();
    std::ranges::sort(merged_.cycles, [](const MergedGraph::Cycle& a, const MergedGraph::Cycle& b) {
      const auto key = [](const MergedGraph::Cycle& cycle) {
        return std::tuple(rank(cycle.level), cycle.verdicts.empty(), cycle.edges.size());
      };
      return std::pair(key(a), a.edges) < std::pair(key(b), b.edges);
    });
    return std::move(merged_);
  }

private:
  std::string nameIn(std::size_t f, std::size_t lock, const std::optional<StaticLock>& match,
                     std::map<std::string, int>& same) const {
    if (match) return files_[match->file].locks[match->lock].name;
    const GraphLock& entry = files_[f].locks[lock];
    std::string name = entry.name.empty() ? firstSeen(entry) : entry.name;
    if (!files_[f].recorded) return name;
    const int number = ++same[name];
    return number == 1 ? name : name + " #" + std::to_string(number);
  }

  void numberLocks() {
    std::map<std::string, MergedGraph::Lock> locks;
    std::vector<std::vector<std::string>> names(files_.size());
    for (std::size_t f = 0; f < files_.size(); ++f) {
      const GraphFile& file = files_[f];
      const std::vector<std::optional<StaticLock>> matches =
          file.recorded ? matchLocks(file, files_)
                        : std::vector<std::optional<StaticLock>>(file.locks.size());
      std::map<std::string, int> same;
      std::map<std::string, std::size_t> recorded;
      for (std::size_t i = 0; i < file.locks.size(); ++i) {
        names[f].push_back(nameIn(f, i, matches[i], same));
        MergedGraph::Lock& lock = locks[names[f].back()];
        lock.name = names[f].back();
        (file.recorded ? lock.observed : lock.predicted) = true;
        if (file.recorded) lock.recorded_count = std::max(lock.recorded_count, ++recorded[lock.name]);
        // The run knows more of the kind (timed or not), the checker of the declaration.
        if (lock.kind.empty() || file.recorded) lock.kind = file.locks[i].kind;
        if (lock.declared.line == 0 && file.locks[i].declared.line != 0) {
          lock.declared = file.locks[i].declared;
          lock.declared.text = file.locks[i].declared_name;
        }
      }
    }
    std::map<std::string, std::size_t> numbers;
    for (auto& [name, lock] : locks) {
      numbers[name] = merged_.locks.size();
      merged_.locks.push_back(std::move(lock));
    }
    number_.resize(files_.size());
    for (std::size_t f = 0; f < files_.size(); ++f)
      for (const std::string& name : names[f])
        number_[f].push_back(numbers.at(name));
  }

  void addEdges(std::size_t f) {
    std::map<std::size_t, std::size_t> taken; ///< per merged edge: witnesses of this file
    for (const GraphEdge& edge : files_[f].edges) {
      const std::pair<std::size_t, std::size_t> ends{number_[f][edge.from], number_[f][edge.to]};
      const auto [place, is_new] = edges_.try_emplace(ends, merged_.edges.size());
      if (is_new) merged_.edges.push_back({.from = ends.first, .to = ends.second, .witnesses = {}});
      MergedGraph::Edge& whole = merged_.edges[place->second];
      (files_[f].recorded ? whole.observed : whole.predicted) = true;
      whole.count += edge.count;
      for (const GraphWitness& witness : edge.witnesses) {
        if (taken[place->second] == kMergedWitnesses) break;
        MergedGraph::Witness mine{f, witness};
        for (GraphGate& gate : mine.way.gates)
          gate.lock = number_[f][gate.lock];
        std::ranges::sort(mine.way.gates);
        const auto same = [&](const MergedGraph::Witness& other) {
          return other.source == f && other.way == mine.way;
        };
        if (std::ranges::any_of(whole.witnesses, same)) continue;
        whole.witnesses.push_back(std::move(mine));
        ++taken[place->second];
      }
    }
  }

  void sortEdges() {
    std::ranges::sort(merged_.edges, {}, [](const MergedGraph::Edge& e) { return std::pair(e.from, e.to); });
    for (std::size_t i = 0; i < merged_.edges.size(); ++i)
      edges_[{merged_.edges[i].from, merged_.edges[i].to}] = i;
  }

  static std::vector<std::size_t> keyOf(std::vector<std::size_t> edges) {
    std::ranges::sort(edges);
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return edges;
  }

  void addCycles(std::size_t f) {
    for (const GraphCycle& cycle : files_[f].cycles) {
      std::vector<std::size_t> edges;
      for (std::size_t edge : cycle.edges)
        edges.push_back(
            edges_.at({number_[f][files_[f].edges[edge].from], number_[f][files_[f].edges[edge].to]}));
      // Many objects that became one lock: the ring shrinks to the edges that are left.
      const std::vector<std::size_t> key = keyOf(edges);
      if (key.size() < edges.size()) edges = key;
      const auto [place, is_new] = cycles_.try_emplace(key, merged_.cycles.size());
      if (is_new) merged_.cycles.push_back({std::move(edges), cycle.level, cycle.rules, {}});
      MergedGraph::Cycle& whole = merged_.cycles[place->second];
      MergedGraph::Verdict verdict{f, cycle.level, cycle.rules, cycle.confidence};
      if (std::ranges::find(whole.verdicts, verdict) == whole.verdicts.end())
        whole.verdicts.push_back(std::move(verdict));
      if (rank(cycle.level) < rank(whole.level)) {
        whole.level = cycle.level;
        whole.rules = cycle.rules;
      }
    }
  }

  void findNewCycles() {
    if (files_.size() < 2) return;
    out_.resize(merged_.locks.size());
    for (std::size_t i = 0; i < merged_.edges.size(); ++i)
      out_[merged_.edges[i].from].push_back(i);
    reach();
    for (std::size_t start = 0; start < out_.size(); ++start) {
      path_.clear();
      extend(start, start);
    }
  }

  /// reaches_[a] holds b when a way leads from a to b; only asked within kLongestNewCycle.
  void reach() {
    reaches_.resize(out_.size());
    if (merged_.edges.size() > 5000) return; // then every branch is walked, and kSteps ends it
    for (std::size_t a = 0; a < out_.size(); ++a) {
      std::vector<std::size_t> open{a};
      while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        for (std::size_t edge : out_[at])
          if (reaches_[a].insert(merged_.edges[edge].to).second) open.push_back(merged_.edges[edge].to);
      }
    }
  }

  void extend(std::size_t start, std::size_t node) {
    for (std::size_t edge : out_[node]) {
      if (++steps_ > kSteps || new_count_ >= kNewCycles) {
        merged_.cycles_complete = false;
        return;
      }
      const std::size_t target = merged_.edges[edge].to;
      if (target < start || target == node) continue;
      if (!reaches_[target].empty() && !reaches_[target].contains(start) && target != start) continue;
      const auto met = [&](std::size_t before) { return merged_.edges[before].to == target; };
      if (std::ranges::any_of(path_, met)) continue;
      path_.push_back(edge);
      if (target == start)
        judge();
      else if (path_.size() < kLongestNewCycle)
        extend(start, target);
      path_.pop_back();
    }
  }

  bool fromOneFile() const {
    for (std::size_t f = 0; f < files_.size(); ++f) {
      const auto has = [&](std::size_t edge) {
        return std::ranges::any_of(merged_.edges[edge].witnesses,
                                   [&](const MergedGraph::Witness& witness) { return witness.source == f; });
      };
      if (std::ranges::all_of(path_, has)) return true;
    }
    return false;
  }

  void judge() {
    if (cycles_.contains(keyOf(path_)) || fromOneFile()) return;
    std::set<std::string> rules;
    for (std::size_t p = 0; p < path_.size(); ++p)
      for (std::size_t q = p + 1; q < path_.size(); ++q)
        if (const char* rule = apart(p, q)) rules.insert(rule);
    ++new_count_;
    cycles_.emplace(keyOf(path_), merged_.cycles.size());
    merged_.cycles.push_back({path_,
                              rules.empty() ? "possible" : "order",
                              std::vector<std::string>(rules.begin(), rules.end()),
                              {}});
  }

  /// What keeps two edges of path_ apart on every choice of ways; null: nothing that the files know.
  const char* apart(std::size_t p, std::size_t q) const {
    const char* rule = nullptr;
    for (const MergedGraph::Witness& a : merged_.edges[path_[p]].witnesses) {
      for (const MergedGraph::Witness& b : merged_.edges[path_[q]].witnesses) {
        const bool a_for_b = (p + 1) % path_.size() == q, b_for_a = (q + 1) % path_.size() == p;
        const bool readers = (a_for_b && a.way.want_shared && b.way.hold_shared) ||
                             (b_for_a && b.way.want_shared && a.way.hold_shared);
        const bool gate = std::ranges::any_of(a.way.gates, [&](const GraphGate& mine) {
          return std::ranges::any_of(b.way.gates, [&](const GraphGate& other) {
            return mine.lock == other.lock && !(mine.shared && other.shared);
          });
        });
        if (!readers && !gate && !a.way.timed && !b.way.timed) return nullptr;
        rule = readers ? "readers-only" : gate ? "gate-lock" : "timed";
      }
    }
    return rule;
  }

  std::span<const GraphFile> files_;
  MergedGraph merged_;
  std::vector<std::vector<std::size_t>> number_; ///< per file and lock: of the merged lock
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> edges_;
  std::map<std::vector<std::size_t>, std::size_t> cycles_; ///< by their sorted edges
  std::vector<std::vector<std::size_t>> out_;
  std::vector<std::set<std::size_t>> reaches_;
  std::vector<std::size_t> path_;
  std::size_t steps_ = 0, new_count_ = 0;
};

} // namespace

MergedGraph mergeGraphs(std::span<const GraphFile> files) {
  return Merger(files).merge();
}

std::string_view seenAs(bool predicted, bool observed) {
  return predicted && observed ? "both" : predicted ? "predicted" : "observed";
}

} // namespace racecourse::report
