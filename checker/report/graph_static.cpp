#include "checker/report/graph_static.h"

#include "checker/report/paths.h"
#include "checker/report/report.h"

#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <set>
#include <vector>

namespace racecourse::report {
namespace {

using analysis::Obstacle;
using analysis::OrderGraph;

std::string clean(std::string_view text) {
  return llvm::json::isUTF8(text) ? std::string(text) : llvm::json::fixUTF8(text);
}

std::string_view nameOf(model::Mode mode) {
  return mode == model::Mode::Shared ? "shared" : "exclusive";
}

/// Where both know a kind, the word is the runtime's.
std::string_view nameOf(model::LockKind kind) {
  switch (kind) {
  case model::LockKind::Mutex: return "mutex";
  case model::LockKind::Recursive: return "recursive_mutex";
  case model::LockKind::Shared: return "shared_mutex";
  case model::LockKind::Spin: return "spinlock";
  case model::LockKind::BinarySemaphore: return "binary_semaphore";
  case model::LockKind::Semaphore: return "semaphore";
  case model::LockKind::None:
  case model::LockKind::Unknown: break;
  }
  return "lock";
}

std::string_view nameOf(Obstacle obstacle) {
  switch (obstacle) {
  case Obstacle::None: break;
  case Obstacle::OneThread: return "one-thread";
  case Obstacle::CreateJoinOrder: return "create-join-order";
  case Obstacle::GateLock: return "gate-lock";
  case Obstacle::ReadersOnly: return "readers-only";
  case Obstacle::OtherObjects: return "other-objects";
  case Obstacle::OwnerOrder: return "owner-order";
  case Obstacle::IdentityOrder: return "identity-order";
  }
  return "not-together";
}

class Writer {
public:
  Writer(const model::Unit& program, const OrderGraph& graph, const std::string& root, llvm::raw_ostream& out)
      : program_(program), graph_(graph), root_(root), json_(out, /*IndentSize=*/1) {
    std::set<std::string> names;
    for (const OrderGraph::Edge& edge : graph.edges)
      for (const OrderGraph::Witness& witness : edge.witnesses)
        names.insert(witness.trace.thread);
    threads_.assign(names.begin(), names.end());
  }

  void write() {
    json_.object([&] {
      json_.attribute("schema", "racecourse-graph/1");
      json_.attribute("origin", "static");
      array("threads", threads_.size(), [&](std::size_t i) {
        json_.attribute("id", id(i));
        json_.attribute("name", sentence(threads_[i]));
        json_.attribute("parent", 0);
      });
      array("locks", graph_.locks.size(), [&](std::size_t i) { writeLock(i); });
      array("edges", graph_.edges.size(), [&](std::size_t i) { writeEdge(graph_.edges[i]); });
      array("cycles", graph_.cycles.size(), [&](std::size_t i) { writeCycle(graph_.cycles[i]); });
      json_.attribute("cycles_complete", graph_.cycles_complete);
    });
  }

private:
  static std::int64_t id(std::size_t index) { return static_cast<std::int64_t>(index) + 1; }
  std::string sentence(std::string_view text) const { return clean(withoutRoot(text, root_)); }

  template <typename Write> void array(llvm::StringRef key, std::size_t size, Write&& write) {
    json_.attributeArray(key, [&] {
      for (std::size_t i = 0; i < size; ++i)
        json_.object([&] { write(i); });
    });
  }

  void writePlace(const model::Place& place) {
    json_.attribute("file", clean(displayPath(program_[place.file].path, root_)));
    json_.attribute("line", place.line);
    json_.attribute("column", place.column);
  }

  void writePlace(llvm::StringRef key, const model::Place& place) {
    if (place.file && place.line != 0) json_.attributeObject(key, [&] { writePlace(place); });
  }

  void writeLock(std::size_t index) {
    const OrderGraph::Lock& lock = graph_.locks[index];
    json_.attribute("id", id(index));
    json_.attribute("name", sentence(lock.name));
    const model::Entity* variable = lock.variable ? &program_[lock.variable] : nullptr;
    json_.attribute("kind",
                    std::string(nameOf(variable != nullptr ? variable->lock : model::LockKind::Unknown)));
    if (variable == nullptr) return;
    json_.attributeObject("declaration", [&] {
      json_.attribute("name", clean(program_.text(variable->name)));
      if (variable->place.file && variable->place.line != 0) writePlace(variable->place);
    });
  }

  void writeEdge(const OrderGraph::Edge& edge) {
    json_.attribute("from", id(edge.from));
    json_.attribute("to", id(edge.to));
    json_.attribute("count", static_cast<std::int64_t>(edge.witness_count));
    json_.attribute("dropped_witnesses",
                    static_cast<std::int64_t>(edge.witness_count - edge.witnesses.size()));
    array("witnesses", edge.witnesses.size(), [&](std::size_t i) { writeWitness(edge.witnesses[i]); });
  }

  void writeWitness(const OrderGraph::Witness& witness) {
    const auto thread = std::ranges::find(threads_, witness.trace.thread) - threads_.begin();
    json_.attribute("thread", id(static_cast<std::size_t>(thread)));
    json_.attribute("hold_mode", std::string(nameOf(witness.held)));
    json_.attribute("want_mode", std::string(nameOf(witness.wanted)));
    array("gates", witness.gates.size(), [&](std::size_t i) {
      json_.attribute("lock", id(witness.gates[i].lock));
      json_.attribute("mode", std::string(nameOf(witness.gates[i].mode)));
    });
    writePlace("hold_place", witness.held_at);
    writePlace("want_place", witness.wanted_at);
    array("steps", witness.trace.steps.size(), [&](std::size_t i) {
      const analysis::TraceStep& step = witness.trace.steps[i];
      if (step.place.file) writePlace(step.place);
      json_.attribute("message", sentence(step.message));
      json_.attributeArray("held", [&] {
        for (const std::string& lock : step.held)
          json_.value(sentence(lock));
      });
    });
  }

  void writeCycle(const OrderGraph::Cycle& cycle) {
    json_.attributeArray("locks", [&] {
      for (std::size_t edge : cycle.edges)
        json_.value(id(graph_.edges[edge].from));
    });
    array("edges", cycle.edges.size(), [&](std::size_t i) {
      json_.attribute("from", id(graph_.edges[cycle.edges[i]].from));
      json_.attribute("to", id(graph_.edges[cycle.edges[i]].to));
    });
    json_.attribute("level", cycle.obstacles.empty() ? "possible" : "order");
    json_.attributeArray("rules", [&] {
      for (Obstacle obstacle : cycle.obstacles)
        json_.value(std::string(nameOf(obstacle)));
    });
    if (cycle.reported) {
      json_.attribute("rule", "racecourse-lock-order-inversion");
      json_.attribute("confidence", std::string(report::nameOf(cycle.confidence)));
    }
  }

  const model::Unit& program_;
  const OrderGraph& graph_;
  const std::string& root_;
  llvm::json::OStream json_;
  std::vector<std::string> threads_; ///< sorted
};

} // namespace

std::string staticGraphJson(const model::Unit& program, const OrderGraph& graph, const std::string& root) {
  std::string text;
  llvm::raw_string_ostream out(text);
  Writer(program, graph, root, out).write();
  out << '\n';
  return text;
}

} // namespace racecourse::report
