#include "checker/report/graph_formats.h"

#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <set>

namespace racecourse::report {
namespace {

std::string clean(std::string_view text) {
  return llvm::json::isUTF8(text) ? std::string(text) : llvm::json::fixUTF8(text);
}

class Writer {
public:
  Writer(const MergedGraph& graph, std::string_view version, llvm::raw_ostream& out, unsigned indent)
      : graph_(graph), version_(version), json_(out, indent) {
    std::set<std::string> names;
    for (const MergedGraph::Edge& edge : graph.edges)
      for (const MergedGraph::Witness& witness : edge.witnesses)
        names.insert(witness.way.thread);
    threads_.assign(names.begin(), names.end());
  }

  void write() {
    json_.object([&] {
      json_.attribute("schema", "racecourse-graph/1");
      json_.attribute("origin", "merged");
      json_.attribute("version", clean(version_));
      array("sources", graph_.sources, [&](const MergedGraph::Source& source) {
        json_.attribute("name", clean(source.name));
        json_.attribute("origin", source.recorded ? "runtime" : "static");
        json_.attribute("lost", source.lost);
      });
      std::int64_t id = 0;
      array("threads", threads_, [&](const std::string& name) {
        json_.attribute("id", ++id);
        json_.attribute("name", clean(name));
        json_.attribute("parent", 0);
      });
      id = 0;
      array("locks", graph_.locks, [&](const MergedGraph::Lock& lock) { writeLock(lock, ++id); });
      array("edges", graph_.edges, [&](const MergedGraph::Edge& edge) { writeEdge(edge); });
      array("cycles", graph_.cycles, [&](const MergedGraph::Cycle& cycle) { writeCycle(cycle); });
      json_.attribute("cycles_complete", graph_.cycles_complete);
    });
  }

private:
  static std::int64_t id(std::size_t index) { return static_cast<std::int64_t>(index) + 1; }

  template <typename List, typename Write> void array(llvm::StringRef key, const List& list, Write&& write) {
    json_.attributeArray(key, [&] {
      for (const auto& entry : list)
        json_.object([&] { write(entry); });
    });
  }

  void strings(llvm::StringRef key, const std::vector<std::string>& list) {
    json_.attributeArray(key, [&] {
      for (const std::string& text : list)
        json_.value(clean(text));
    });
  }

  void writeFields(const GraphPlace& place) {
    json_.attribute("text", clean(place.text));
    if (place.line == 0) return;
    json_.attribute("file", clean(place.file));
    json_.attribute("line", place.line);
  }

  void writeLock(const MergedGraph::Lock& lock, std::int64_t number) {
    json_.attribute("id", number);
    json_.attribute("name", clean(lock.name));
    json_.attribute("kind", clean(lock.kind));
    json_.attribute("seen", std::string(seenAs(lock.predicted, lock.observed)));
    json_.attribute("recorded_objects", static_cast<std::int64_t>(lock.recorded_count));
    if (lock.declared.line == 0) return;
    json_.attributeObject("declaration", [&] {
      json_.attribute("name", clean(lock.declared.text));
      json_.attribute("file", clean(lock.declared.file));
      json_.attribute("line", lock.declared.line);
    });
  }

  void writeEdge(const MergedGraph::Edge& edge) {
    json_.attribute("from", id(edge.from));
    json_.attribute("to", id(edge.to));
    json_.attribute("seen", std::string(seenAs(edge.predicted, edge.observed)));
    json_.attribute("count", edge.count);
    array("witnesses", edge.witnesses, [&](const MergedGraph::Witness& witness) {
      const GraphWitness& way = witness.way;
      json_.attribute("source", static_cast<std::int64_t>(witness.source));
      const auto thread = std::ranges::lower_bound(threads_, way.thread) - threads_.begin();
      json_.attribute("thread", id(static_cast<std::size_t>(thread)));
      json_.attribute("hold_mode", way.hold_shared ? "shared" : "exclusive");
      json_.attribute("want_mode", way.want_shared ? "shared" : "exclusive");
      json_.attribute("timed", way.timed);
      array("gates", way.gates, [&](const GraphGate& gate) {
        json_.attribute("lock", id(gate.lock));
        json_.attribute("mode", gate.shared ? "shared" : "exclusive");
      });
      const bool recorded = graph_.sources[witness.source].recorded;
      if (recorded) {
        array("hold", way.hold, [&](const GraphPlace& place) { writeFields(place); });
        array("want", way.want, [&](const GraphPlace& place) { writeFields(place); });
      } else {
        array("steps", way.steps, [&](const GraphPlace& place) { writeFields(place); });
      }
    });
  }

  void writeCycle(const MergedGraph::Cycle& cycle) {
    json_.attributeArray("locks", [&] {
      for (std::size_t edge : cycle.edges)
        json_.value(id(graph_.edges[edge].from));
    });
    array("edges", cycle.edges, [&](std::size_t edge) {
      json_.attribute("from", id(graph_.edges[edge].from));
      json_.attribute("to", id(graph_.edges[edge].to));
    });
    json_.attribute("level", cycle.level);
    strings("rules", cycle.rules);
    array("verdicts", cycle.verdicts, [&](const MergedGraph::Verdict& verdict) {
      json_.attribute("source", static_cast<std::int64_t>(verdict.source));
      json_.attribute("level", verdict.level);
      strings("rules", verdict.rules);
      if (!verdict.confidence.empty()) json_.attribute("confidence", verdict.confidence);
    });
  }

  const MergedGraph& graph_;
  std::string_view version_;
  llvm::json::OStream json_;
  std::vector<std::string> threads_; ///< sorted
};

/// What the checker says with low confidence only, and does not report by itself.
bool isDoubtful(const MergedGraph::Cycle& cycle) {
  return cycle.level == "possible" && !cycle.verdicts.empty() &&
         std::ranges::all_of(cycle.verdicts, [](const MergedGraph::Verdict& verdict) {
           return verdict.level == "order" || verdict.confidence == "low";
         });
}

std::string quotedForDot(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
      continue;
    }
    if (static_cast<unsigned char>(c) >= 0x20) result += c;
  }
  return result + "\"";
}

/// "</script>" and the like must not end the element that the data stands in.
std::string forScript(std::string text) {
  std::string result;
  for (char c : text) {
    if (c == '<')
      result += "\\u003c";
    else
      result += c;
  }
  return result;
}

void replaceMark(std::string& page, std::string_view mark, const std::string& with) {
  const std::size_t at = page.find(mark);
  if (at != std::string::npos) page.replace(at, mark.size(), with);
}

} // namespace

std::string mergedGraphJson(const MergedGraph& graph, std::string_view version) {
  std::string text;
  llvm::raw_string_ostream out(text);
  Writer(graph, version, out, 1).write();
  out << '\n';
  return text;
}

std::string mergedGraphDot(const MergedGraph& graph) {
  std::set<std::size_t> possible, ordered;
  for (const MergedGraph::Cycle& cycle : graph.cycles)
    (cycle.level == "order" || isDoubtful(cycle) ? ordered : possible)
        .insert(cycle.edges.begin(), cycle.edges.end());
  std::string text =
      "// dashed: predicted only; dotted: observed only; solid: both. Red: in a cycle that can block; "
      "blue: in one that is excluded or doubtful.\n"
      "digraph lock_order {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n";
  for (std::size_t i = 0; i < graph.locks.size(); ++i)
    text += "  n" + std::to_string(i + 1) + " [label=" + quotedForDot(graph.locks[i].name) + "];\n";
  for (std::size_t i = 0; i < graph.edges.size(); ++i) {
    const MergedGraph::Edge& edge = graph.edges[i];
    const char* style = edge.predicted && edge.observed ? "solid" : edge.predicted ? "dashed" : "dotted";
    const char* colour = possible.contains(i)  ? ", color=\"#d55e00\", penwidth=2.5"
                         : ordered.contains(i) ? ", color=\"#0072b2\", penwidth=1.5"
                                               : "";
    text += "  n" + std::to_string(edge.from + 1) + " -> n" + std::to_string(edge.to + 1) +
            " [style=" + style + colour + ", tooltip=" + quotedForDot(seenAs(edge.predicted, edge.observed)) +
            "];\n";
  }
  return text + "}\n";
}

std::string mergedGraphHtml(const MergedGraph& graph, std::string_view version) {
  std::string data;
  llvm::raw_string_ostream out(data);
  Writer(graph, version, out, 0).write();
  GraphPageParts parts = graphPageParts();
  std::string page = std::move(parts.html);
  replaceMark(page, "/* style */", parts.style);
  replaceMark(page, "/* layout */", parts.layout);
  replaceMark(page, "/* script */", parts.script);
  replaceMark(page, "/* data */", forScript(std::move(data)));
  return page;
}

} // namespace racecourse::report
