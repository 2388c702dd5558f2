// The model: what one translation unit does with threads, locks and memory, as plain values. It knows nothing of
// C++ syntax (the frontend translated it away) and nothing of findings. A linked program is a Unit too: linking
// merges entities with the same key and keeps one body per function (analysis/link.h).
//
// Everything is interned and refers to each other by id, so a Unit can be copied, moved, written and read as a whole.
// A Unit is a value: no thread may write it while another reads it. Text form: text.h; binary form: binary.h.
#pragma once

#include "checker/model/entity.h"
#include "checker/model/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace racecourse::model {

/// Something the frontend could not do exactly.
struct Note {
  enum class Kind : std::uint8_t {
    CapHit,
    UnsupportedSyntax,
    UnresolvedCall,
    UnmodelledPrimitive,
    DifferingBodies, ///< found by linking: two units have different bodies for one function
  };
  Kind kind = Kind::CapHit;
  EntityId function; ///< none: the whole unit
  Place place;
  std::string text; ///< one sentence
};

/// One translation unit, or a linked program.
class Unit {
public:
  std::string main_file;                ///< absolute; a linked program: the first unit's
  std::vector<std::string> dependencies;///< every file read to make this, sorted
  std::vector<std::string> strings;
  std::vector<File> files;
  std::vector<Entity> entities;
  std::vector<Path> paths;
  std::vector<Function> functions;
  std::vector<Note> notes;
  std::uint32_t lines = 0;              ///< non-system source lines read

  /// Interning. Amortised O(1); equal values give equal ids. intern(Entity) keys on (usr, space, kind) and returns the
  /// existing entity unchanged when there is one; the caller may then fill in what it knows better.
  StringId intern(std::string_view text);
  FileId intern(const File& file);
  PathId intern(const Path& path);
  EntityId intern(const Entity& entity);
  /// Rebuilds the interning tables after the vectors were filled directly (readers do this). O(size).
  void reindex();

  std::optional<EntityId> find(std::string_view usr, std::string_view space = {}) const;
  /// The first function of `entity`. O(1) for functions that were there at the last reindex(), else O(functions).
  std::optional<FunctionId> findFunction(EntityId entity) const;

  std::string_view text(StringId id) const { return id ? std::string_view(strings[id.value]) : std::string_view(); }
  const Entity& operator[](EntityId id) const { return entities[id.value]; }
  Entity& operator[](EntityId id) { return entities[id.value]; }
  const Path& operator[](PathId id) const { return paths[id.value]; }
  const File& operator[](FileId id) const { return files[id.value]; }
  const Function& operator[](FunctionId id) const { return functions[id.value]; }
  Function& operator[](FunctionId id) { return functions[id.value]; }

  /// `this->shards_[*].mu` as people write it. O(steps), and one findFunction() for a Result or Alloc root.
  std::string describe(PathId path) const;
  /// The same for a path that need not be in `paths`.
  std::string describe(const Path& path) const;

private:
  struct TextHash { // lets a string_view be looked up without a copy
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, StringId, TextHash, std::equal_to<>> string_ids_;
  std::unordered_map<std::string, FileId> file_ids_;
  std::unordered_map<std::string, PathId> path_ids_;
  std::unordered_map<std::string, EntityId> entity_ids_;
  std::unordered_map<EntityId, FunctionId> function_ids_;
};

} // namespace racecourse::model
