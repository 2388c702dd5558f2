#include "checker/report/graph_file.h"

#include <llvm/Support/JSON.h>

#include <map>
#include <utility>

namespace racecourse::report {
namespace {

using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

/// The parser recurses; files of ours nest seven deep.
constexpr int kDeepest = 64;

/// "transfer /src/bank.cpp:12:3" → function, file, line.
GraphPlace placeOf(llvm::StringRef text) {
  GraphPlace place;
  const auto number_at_end = [](llvm::StringRef& rest, std::int64_t& number) {
    const std::size_t colon = rest.rfind(':');
    if (colon == llvm::StringRef::npos || rest.substr(colon + 1).getAsInteger(10, number)) return false;
    rest = rest.substr(0, colon);
    return true;
  };
  const std::size_t gap = text.find(" /");
  llvm::StringRef file = gap == llvm::StringRef::npos ? llvm::StringRef() : text.substr(gap + 1);
  std::int64_t last = 0, before = 0;
  if (!file.empty() && number_at_end(file, last)) {
    place.line = number_at_end(file, before) ? before : last;
    place.file = file.str();
    place.text = text.substr(0, gap).str();
  } else {
    place.text = text.str();
  }
  return place;
}

/// How a lock() or a thread's start looks inside says nothing to the reader.
bool isLibrary(std::string_view file) {
  return file.starts_with("/usr/") && file.find("/c++/") != std::string_view::npos;
}

class Reader {
public:
  explicit Reader(GraphFile& file) : file_(file) {}

  /// Empty, or what is wrong, to stand behind "NAME: ".
  std::string read(const Object& top) {
    readThreads(top);
    readStacks(top);
    readLocks(top);
    readHeldSets(top);
    readEdges(top);
    readCycles(top);
    file_.cycles_complete = top.getBoolean("cycles_complete").value_or(true);
    file_.lost = top.getInteger("lost").value_or(0);
    return problem_;
  }

private:
  void wrong(std::string what) {
    if (problem_.empty()) problem_ = std::move(what);
  }

  template <typename Each> void each(const Object& object, const char* key, bool required, Each&& each) {
    const Array* array = object.getArray(key);
    if (array == nullptr && required) wrong(std::string("it has no list of ") + key);
    if (array == nullptr) return;
    for (std::size_t i = 0; i < array->size() && problem_.empty(); ++i) {
      if (const Object* entry = (*array)[i].getAsObject())
        each(*entry, std::string(key) + " " + std::to_string(i + 1));
      else
        wrong(std::string(key) + " " + std::to_string(i + 1) + " is no object");
    }
  }

  std::int64_t number(const Object& object, const char* key, const std::string& where) {
    const auto value = object.getInteger(key);
    if (!value) wrong(where + " has no number '" + key + "'");
    return value.value_or(0);
  }

  std::string string(const Object& object, const char* key, const std::string& where) {
    const auto value = object.getString(key);
    if (!value) wrong(where + " has no text '" + key + "'");
    return value ? value->str() : std::string();
  }

  template <typename T>
  const T* find(const std::map<std::int64_t, T>& table, std::int64_t id, const std::string& where,
                const char* what) {
    const auto found = table.find(id);
    if (found != table.end()) return &found->second;
    wrong(where + " refers to " + what + " " + std::to_string(id) + ", which is not there");
    return nullptr;
  }

  template <typename T>
  void number(std::map<std::int64_t, T>& table, std::int64_t id, T value, const std::string& where) {
    if (!table.emplace(id, std::move(value)).second) wrong(where + " has the id of another one");
  }

  void readThreads(const Object& top) {
    each(top, "threads", true, [&](const Object& thread, const std::string& where) {
      const std::int64_t id = number(thread, "id", where);
      std::string name = string(thread, "name", where);
      if (name.empty()) name = "thread " + std::to_string(id);
      number(threads_, id, std::move(name), where);
    });
  }

  void readStacks(const Object& top) {
    stacks_[0];
    each(top, "stacks", file_.recorded, [&](const Object& stack, const std::string& where) {
      const Array* frames = stack.getArray("frames");
      if (frames == nullptr) return wrong(where + " has no frames");
      const Array* places = stack.getArray("places");
      std::vector<GraphPlace> lines;
      for (std::size_t i = 0; i < frames->size(); ++i) {
        const Array* named = places != nullptr && i < places->size() ? (*places)[i].getAsArray() : nullptr;
        bool any = false;
        for (std::size_t k = 0; named != nullptr && k < named->size(); ++k) {
          if (const auto text = (*named)[k].getAsString()) {
            any = true;
            if (GraphPlace place = placeOf(*text); !isLibrary(place.file)) lines.push_back(std::move(place));
          }
        }
        if (!any) lines.push_back({(*frames)[i].getAsString().value_or("?").str(), "", 0});
      }
      number(stacks_, number(stack, "id", where), std::move(lines), where);
    });
  }

  GraphPlace place(const Object* object) {
    GraphPlace place;
    if (object == nullptr) return place;
    place.text = object->getString("message").value_or("").str();
    place.file = object->getString("file").value_or("").str();
    place.line = object->getInteger("line").value_or(0);
    return place;
  }

  void readLocks(const Object& top) {
    each(top, "locks", true, [&](const Object& entry, const std::string& where) {
      GraphLock lock;
      lock.name = string(entry, "name", where);
      lock.kind = string(entry, "kind", where);
      if (const Object* declaration = entry.getObject("declaration")) {
        lock.declared_name = declaration->getString("name").value_or("").str();
        lock.declared = place(declaration);
      }
      if (const auto* stack = find(stacks_, entry.getInteger("first_stack").value_or(0), where, "stack"))
        lock.first = *stack;
      number(locks_, number(entry, "id", where), file_.locks.size(), where);
      file_.locks.push_back(std::move(lock));
    });
  }

  void readHeldSets(const Object& top) {
    each(top, "held_sets", file_.recorded, [&](const Object& set, const std::string& where) {
      std::vector<GraphGate> gates;
      for (const char* mode : {"exclusive", "shared"}) {
        const Array* ids = set.getArray(mode);
        if (ids == nullptr) return wrong(where + " has no list '" + mode + "'");
        for (const Value& id : *ids)
          if (const std::size_t* lock = find(locks_, id.getAsInteger().value_or(0), where, "lock"))
            gates.push_back({*lock, std::string_view(mode) == "shared"});
      }
      number(held_sets_, number(set, "id", where), std::move(gates), where);
    });
  }

  bool shared(const Object& object, const char* key, const std::string& where) {
    const std::string mode = string(object, key, where);
    if (mode != "shared" && mode != "exclusive")
      wrong(where + ": '" + key + "' is neither shared nor exclusive");
    return mode == "shared";
  }

  void readEdges(const Object& top) {
    each(top, "edges", true, [&](const Object& entry, const std::string& where) {
      const std::size_t* from = find(locks_, number(entry, "from", where), where, "lock");
      const std::size_t* to = find(locks_, number(entry, "to", where), where, "lock");
      if (from == nullptr || to == nullptr) return;
      GraphEdge edge{*from, *to, number(entry, "count", where), {}};
      each(entry, "witnesses", true, [&](const Object& witness, const std::string& which) {
        edge.witnesses.push_back(readWitness(witness, where + ", " + which, edge));
      });
      if (!edges_.emplace(std::pair(edge.from, edge.to), file_.edges.size()).second)
        return wrong(where + " stands there twice");
      file_.edges.push_back(std::move(edge));
    });
  }

  GraphWitness readWitness(const Object& entry, const std::string& where, const GraphEdge& edge) {
    GraphWitness witness;
    if (const std::string* thread = find(threads_, number(entry, "thread", where), where, "thread"))
      witness.thread = *thread;
    witness.hold_shared = shared(entry, "hold_mode", where);
    witness.want_shared = shared(entry, "want_mode", where);
    witness.timed = entry.getBoolean("timed").value_or(false);
    if (file_.recorded) {
      if (const auto* stack = find(stacks_, number(entry, "hold_stack", where), where, "stack"))
        witness.hold = *stack;
      if (const auto* stack = find(stacks_, number(entry, "want_stack", where), where, "stack"))
        witness.want = *stack;
      if (const auto* held = find(held_sets_, number(entry, "held", where), where, "held set"))
        for (const GraphGate& gate : *held)
          if (gate.lock != edge.from) witness.gates.push_back(gate);
      return witness;
    }
    each(entry, "gates", true, [&](const Object& gate, const std::string& which) {
      if (const std::size_t* lock = find(locks_, number(gate, "lock", which), where, "lock"))
        witness.gates.push_back({*lock, shared(gate, "mode", where)});
    });
    each(entry, "steps", true,
         [&](const Object& step, const std::string&) { witness.steps.push_back(place(&step)); });
    witness.hold_at = place(entry.getObject("hold_place"));
    witness.want_at = place(entry.getObject("want_place"));
    return witness;
  }

  void readCycles(const Object& top) {
    each(top, "cycles", true, [&](const Object& entry, const std::string& where) {
      std::vector<std::pair<std::int64_t, std::int64_t>> ring;
      if (entry.getArray("edges") != nullptr) {
        each(entry, "edges", true, [&](const Object& edge, const std::string& which) {
          ring.emplace_back(number(edge, "from", which), number(edge, "to", which));
        });
      } else if (const Array* ids = entry.getArray("locks")) {
        for (std::size_t i = 0; i < ids->size(); ++i)
          ring.emplace_back((*ids)[i].getAsInteger().value_or(0),
                            (*ids)[(i + 1) % ids->size()].getAsInteger().value_or(0));
      }
      if (ring.empty()) return wrong(where + " has no locks");
      GraphCycle cycle;
      for (const auto& [from, to] : ring) {
        const std::size_t* a = find(locks_, from, where, "lock");
        const std::size_t* b = find(locks_, to, where, "lock");
        if (a == nullptr || b == nullptr) return;
        const auto edge = edges_.find({*a, *b});
        if (edge == edges_.end())
          return wrong(where + " goes from lock " + std::to_string(from) + " to lock " + std::to_string(to) +
                       ", between which there is no edge");
        cycle.edges.push_back(edge->second);
      }
      cycle.level = string(entry, "level", where);
      if (cycle.level != "order" && cycle.level != "possible" && cycle.level != "happening")
        return wrong(where + " has the unknown level '" + cycle.level + "'");
      if (const Array* rules = entry.getArray("rules"))
        for (const Value& rule : *rules)
          if (const auto text = rule.getAsString()) cycle.rules.push_back(text->str());
      cycle.confidence = entry.getString("confidence").value_or("").str();
      file_.cycles.push_back(std::move(cycle));
    });
  }

  GraphFile& file_;
  std::string problem_; ///< the first
  std::map<std::int64_t, std::string> threads_;
  std::map<std::int64_t, std::vector<GraphPlace>> stacks_;
  std::map<std::int64_t, std::size_t> locks_;
  std::map<std::int64_t, std::vector<GraphGate>> held_sets_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> edges_;
};

} // namespace

std::string graphTextProblem(std::string_view text, const std::string& name) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return "'" + name + "' is empty.";
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted) {
      if (text[i] == '\\')
        ++i;
      else
        quoted = text[i] != '"';
      continue;
    }
    quoted = text[i] == '"';
    if (text[i] == '[' || text[i] == '{') ++depth;
    if (text[i] == ']' || text[i] == '}') --depth;
    if (depth > kDeepest) return "'" + name + "' is no racecourse-graph/1 file: it nests too deep.";
  }
  return "";
}

GraphFile readGraph(std::string_view text, const std::string& name, std::string& problem) {
  GraphFile file;
  file.name = name;
  problem = graphTextProblem(text, name);
  if (!problem.empty()) return file;
  llvm::Expected<Value> parsed = llvm::json::parse(llvm::StringRef(text.data(), text.size()));
  if (!parsed) {
    problem = "'" + name + "' is not JSON, or was cut off: " + llvm::toString(parsed.takeError()) + ".";
    return file;
  }
  const Object* top = parsed->getAsObject();
  const auto schema = top != nullptr ? top->getString("schema") : std::nullopt;
  const auto origin = top != nullptr ? top->getString("origin") : std::nullopt;
  if (!schema || *schema != "racecourse-graph/1" || !origin) {
    problem = "'" + name +
              "' is no racecourse-graph/1 file (racecourse check --graph FILE, racecourse run --graph FILE).";
  } else if (*origin == "merged") {
    problem = "'" + name + "' is already merged: give the files it was made from.";
  } else if (*origin != "static" && *origin != "runtime") {
    problem = "'" + name + "' has the unknown origin '" + origin->str() + "'.";
  } else {
    file.recorded = *origin == "runtime";
    if (const std::string wrong = Reader(file).read(*top); !wrong.empty())
      problem = "'" + name + "': " + wrong + ".";
  }
  return file;
}

} // namespace racecourse::report
