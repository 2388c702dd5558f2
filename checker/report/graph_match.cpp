// By name first: a lock that the program named like a variable is that variable. Then by votes. A recorded witness of an
// edge and a predicted one that acquire both locks at the same places vote for both pairs of locks, the more of the
// predicted way lies on the recorded stacks, the better; only the best ones of a witness vote, and only when they agree. A
// single acquisition at a place where the checker knows one lock only votes too, with less weight. A lock gets the
// candidate with the most votes, if it is alone at the top.
#include "checker/report/graph_match.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace racecourse::report {
namespace {

constexpr std::size_t kNearFrames = 12; ///< innermost frames in which an acquisition can stand
constexpr int kEdgeVote = 3, kPlaceVote = 1;

/// One of the paths may be relative to some root.
bool sameFile(std::string_view a, std::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (b.empty() || !a.ends_with(b)) return false;
  return a.size() == b.size() || a[a.size() - b.size() - 1] == '/' || b.front() == '/';
}

bool samePlace(const GraphPlace& a, const GraphPlace& b) {
  return a.line != 0 && a.line == b.line && sameFile(a.file, b.file);
}

bool standsIn(const GraphPlace& place, std::span<const GraphPlace> stack) {
  return std::ranges::any_of(stack.first(std::min(stack.size(), kNearFrames)),
                             [&](const GraphPlace& frame) { return samePlace(place, frame); });
}

std::string_view lastName(std::string_view name) {
  const std::size_t colon = name.rfind("::");
  return colon == std::string_view::npos ? name : name.substr(colon + 2);
}

class Matcher {
public:
  Matcher(const GraphFile& recorded, std::span<const GraphFile> files)
      : recorded_(recorded), files_(files), found_(recorded.locks.size()), votes_(recorded.locks.size()) {}

  std::vector<std::optional<StaticLock>> match() {
    byName();
    for (const GraphEdge& edge : recorded_.edges)
      for (const GraphWitness& witness : edge.witnesses)
        vote(edge, witness);
    for (std::size_t lock = 0; lock < recorded_.locks.size(); ++lock)
      voteByPlace(lock, recorded_.locks[lock].first);
    for (std::size_t lock = 0; lock < found_.size(); ++lock)
      if (!found_[lock]) found_[lock] = winner(votes_[lock]);
    return std::move(found_);
  }

private:
  template <typename Visit> void eachStaticLock(Visit&& visit) const {
    for (std::size_t file = 0; file < files_.size(); ++file)
      for (std::size_t lock = 0; !files_[file].recorded && lock < files_[file].locks.size(); ++lock)
        visit(StaticLock{file, lock}, files_[file].locks[lock]);
  }

  void byName() {
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const std::string& name = recorded_.locks[i].name;
      if (name.empty()) continue;
      // The better the agreement, the fewer may share it: the full name, then what stands behind the last `::`.
      std::vector<StaticLock> full, last;
      eachStaticLock([&](StaticLock id, const GraphLock& lock) {
        if (name == lock.name || name == lock.declared_name)
          full.push_back(id);
        else if (lastName(name) == lastName(lock.name) || lastName(name) == lastName(lock.declared_name))
          last.push_back(id);
      });
      const std::vector<StaticLock>& fitting = full.empty() ? last : full;
      // The same lock in several static files is one.
      const bool one = std::ranges::all_of(fitting, [&](StaticLock id) {
        return files_[id.file].locks[id.lock].name ==
               files_[fitting.front().file].locks[fitting.front().lock].name;
      });
      if (!fitting.empty() && one) found_[i] = fitting.front();
    }
  }

  /// How well a predicted witness explains a recorded one; 0: not at all.
  static int likeness(const GraphWitness& seen, const GraphWitness& predicted) {
    const bool held = predicted.hold_at.line == 0 || standsIn(predicted.hold_at, seen.hold);
    if (!held || !standsIn(predicted.want_at, seen.want)) return 0;
    int score = 1 + (predicted.hold_at.line != 0 ? 1 : 0);
    for (const GraphPlace& step : predicted.steps) {
      const auto on = [&](const std::vector<GraphPlace>& stack) {
        return std::ranges::any_of(stack, [&](const GraphPlace& frame) { return samePlace(step, frame); });
      };
      score += on(seen.hold) || on(seen.want) ? 1 : 0;
    }
    return score;
  }

  void vote(const GraphEdge& edge, const GraphWitness& seen) {
    int best = 0;
    std::set<std::pair<StaticLock, StaticLock>> named;
    for (std::size_t f = 0; f < files_.size(); ++f) {
      if (files_[f].recorded) continue;
      for (const GraphEdge& predicted : files_[f].edges) {
        for (const GraphWitness& way : predicted.witnesses) {
          const int score = likeness(seen, way);
          if (score == 0 || score < best) continue;
          if (score > best) named.clear();
          best = score;
          named.insert({{f, predicted.from}, {f, predicted.to}});
        }
      }
    }
    if (sameNames(named)) {
      votes_[edge.from][named.begin()->first] += kEdgeVote;
      votes_[edge.to][named.begin()->second] += kEdgeVote;
    }
    voteByPlace(edge.from, seen.hold);
    voteByPlace(edge.to, seen.want);
  }

  bool sameNames(const std::set<std::pair<StaticLock, StaticLock>>& pairs) const {
    std::set<std::pair<std::string_view, std::string_view>> names;
    for (const auto& [from, to] : pairs)
      names.insert({files_[from.file].locks[from.lock].name, files_[to.file].locks[to.lock].name});
    return names.size() == 1;
  }

  /// Every acquisition the checker knows, by line; made once.
  const std::multimap<std::int64_t, std::pair<GraphPlace, StaticLock>>& acquisitions() {
    if (!acquisitions_.empty()) return acquisitions_;
    for (std::size_t f = 0; f < files_.size(); ++f) {
      if (files_[f].recorded) continue;
      for (const GraphEdge& edge : files_[f].edges) {
        for (const GraphWitness& way : edge.witnesses) {
          acquisitions_.insert({way.hold_at.line, {way.hold_at, {f, edge.from}}});
          acquisitions_.insert({way.want_at.line, {way.want_at, {f, edge.to}}});
        }
      }
    }
    return acquisitions_;
  }

  void voteByPlace(std::size_t lock, std::span<const GraphPlace> stack) {
    for (const GraphPlace& frame : stack.first(std::min(stack.size(), kNearFrames))) {
      std::map<std::string_view, StaticLock> here;
      const auto [begin, end] = acquisitions().equal_range(frame.line);
      for (auto entry = begin; entry != end; ++entry) {
        const auto& [place, id] = entry->second;
        if (samePlace(place, frame)) here.emplace(files_[id.file].locks[id.lock].name, id);
      }
      if (here.empty()) continue;
      if (here.size() == 1) votes_[lock][here.begin()->second] += kPlaceVote;
      return; // farther out stand calls, not this acquisition
    }
  }

  static std::optional<StaticLock> winner(const std::map<StaticLock, int>& votes) {
    std::optional<StaticLock> best;
    int most = 0;
    for (const auto& [lock, count] : votes) {
      if (count == most) best.reset();
      if (count <= most) continue;
      most = count;
      best = lock;
    }
    return best;
  }

  const GraphFile& recorded_;
  std::span<const GraphFile> files_;
  std::vector<std::optional<StaticLock>> found_;
  std::vector<std::map<StaticLock, int>> votes_;
  std::multimap<std::int64_t, std::pair<GraphPlace, StaticLock>> acquisitions_;
};

} // namespace

std::vector<std::optional<StaticLock>> matchLocks(const GraphFile& recorded,
                                                  std::span<const GraphFile> files) {
  return Matcher(recorded, files).match();
}

} // namespace racecourse::report
