// Linking is a fold over the units in the order of their main files (equal main files: of their bytes), so the order in
// which they were given cannot show. Each unit's ids are translated to the program's on demand: what only a dropped body
// mentions costs nothing.
//
// Entities merge by what is known: the unit that defines the thing (has its body, or declares it in its own main file)
// is believed first, the others fill what it leaves open. A body, once kept, is never replaced; hence an event id in a
// path is safe as long as the path's unit had the same body. Paths for which that does not hold are widened.
#include "checker/analysis/link.h"

#include "checker/analysis/link_apart.h"
#include "checker/model/binary.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace racecourse::analysis {
namespace {

using namespace model;

/// How much a unit's word on an entity counts.
enum class Authority : std::uint8_t { Absent, Mentions, DeclaresInMainFile, HasBody };

class Linker {
public:
  void add(const Unit& unit) {
    unit_ = &unit;
    strings_.assign(unit.strings.size(), StringId());
    files_.assign(unit.files.size(), FileId());
    paths_.assign(unit.paths.size(), PathId());
    identify();
    chooseBodies();
    for (std::size_t i = 0; i < unit.entities.size(); ++i)
      mergeEntity(EntityId(i));
    for (std::size_t i = 0; i < unit.functions.size(); ++i)
      mergeFunction(i);
    for (const Note& note : unit.notes)
      addNote(note);
    if (program_.main_file.empty()) program_.main_file = unit.main_file;
    dependencies_.insert(unit.dependencies.begin(), unit.dependencies.end());
    program_.lines += unit.lines;
    ++unit_count_;
  }

  Unit finish() {
    program_.dependencies.assign(dependencies_.begin(), dependencies_.end());
    program_.reindex();
    return std::move(program_);
  }

private:
  struct Kept {
    FunctionId id;
    std::size_t body_unit = kNoUnit; ///< whose body it is
    std::string body_file;           ///< that unit's main file
    bool differing = false;          ///< noted already
  };
  static constexpr std::size_t kNoUnit = ~std::size_t{0};

  // ---- Translation of ids

  StringId translate(StringId id) {
    if (!id) return {};
    StringId& known = strings_[id.value];
    if (!known) known = program_.intern(unit_->text(id));
    return known;
  }

  FileId translate(FileId id) {
    if (!id) return {};
    FileId& known = files_[id.value];
    if (!known) known = program_.intern((*unit_)[id]);
    return known;
  }

  EntityId translate(EntityId id) const { return id ? entities_[id.value] : EntityId(); }

  PathId translate(PathId id) {
    if (!id) return {};
    PathId& known = paths_[id.value];
    if (known) return known;
    Path path = (*unit_)[id];
    path.entity = translate(path.entity);
    for (Step& step : path.steps)
      step.field = translate(step.field);
    if (path.site && !siteHolds(path)) path = widened(path);
    return known = program_.intern(path);
  }

  Place translate(Place place) {
    place.file = translate(place.file);
    return place;
  }

  template <typename T> std::vector<T> translate(std::vector<T> ids) {
    for (T& id : ids)
      id = translate(id);
    return ids;
  }

  /// Whether the event that a translated path names is, in the program, the event that this unit meant.
  bool siteHolds(const Path& path) const {
    const auto kept = kept_.find(path.entity);
    if (kept == kept_.end() || kept->second.body_unit == kNoUnit || kept->second.body_unit == unit_count_)
      return true;
    const auto here = hashes_.find(path.entity);
    const Function& body = program_[kept->second.id];
    return here != hashes_.end() && here->second == body.body_hash && path.site.value < body.events.size();
  }

  /// As Unit::intern(Path) widens: any object of the class that owns the last field.
  Path widened(const Path& path) const {
    Path result;
    result.widened = true;
    for (const Step& step : path.steps)
      if (step.kind == StepKind::Field) result.steps = {step};
    if (!result.steps.empty() && result.steps[0].field)
      result.entity = program_[result.steps[0].field].parent;
    return result;
  }

  // ---- Entities

  /// Gives every entity of the unit its number in the program; contents come later, they refer to other entities.
  void identify() {
    entities_.clear();
    for (const Entity& entity : unit_->entities) {
      Entity bare;
      bare.kind = entity.kind;
      bare.usr = translate(entity.usr);
      bare.space = translate(entity.space);
      entities_.push_back(program_.intern(bare));
    }
    authority_.resize(program_.entities.size(), Authority::Absent);
    // Fields' owners are needed while paths are still being translated (widened()).
    for (std::size_t i = 0; i < entities_.size(); ++i) {
      Entity& known = program_[entities_[i]];
      if (!known.parent) known.parent = translate(unit_->entities[i].parent);
    }
  }

  Authority authorityOver(EntityId here, EntityId in_program) const {
    if (hashes_.count(in_program)) return Authority::HasBody;
    const Place& place = (*unit_)[here].place;
    const bool main = place.file && (*unit_)[place.file].path == unit_->main_file;
    return main ? Authority::DeclaresInMainFile : Authority::Mentions;
  }

  void mergeEntity(EntityId here) {
    const EntityId id = translate(here);
    const Authority authority = authorityOver(here, id);
    Authority& known_authority = authority_[id.value];
    if (known_authority == Authority::Absent) {
      program_[id] = translated(here, id);
    } else if (authority > known_authority) {
      Entity better = translated(here, id);
      fill(better, program_[id]);
      program_[id] = std::move(better);
    } else if (hasGaps(program_[id])) {
      fill(program_[id], translated(here, id));
    } else {
      mergeFlags(program_[id], (*unit_)[here]);
    }
    known_authority = std::max(known_authority, authority);
  }

  Entity translated(EntityId here, EntityId id) {
    Entity entity = (*unit_)[here];
    entity.usr = program_[id].usr;
    entity.space = program_[id].space;
    entity.name = translate(entity.name);
    entity.type_name = translate(entity.type_name);
    entity.parent = translate(entity.parent);
    entity.type = translate(entity.type);
    entity.place = translate(entity.place);
    entity.bases = translate(std::move(entity.bases));
    entity.overrides = translate(std::move(entity.overrides));
    entity.guarded_by = translate(entity.guarded_by);
    entity.pt_guarded_by = translate(entity.pt_guarded_by);
    return entity;
  }

  /// Whether fill could change anything but flags: the common case, a header's entity seen again, should be cheap.
  static bool hasGaps(const Entity& entity) {
    return entity.type_class == TypeClass::Plain || entity.lock == LockKind::None || !entity.name ||
           !entity.type_name || !entity.parent || !entity.type || entity.place.line == 0 ||
           entity.bases.empty() || entity.overrides.empty() || !entity.guarded_by || !entity.pt_guarded_by;
  }

  static void mergeFlags(Entity& known, const Entity& other) {
    known.is_reference |= other.is_reference;
    known.is_pointer |= other.is_pointer;
    known.is_volatile |= other.is_volatile;
    known.is_private |= other.is_private;
    known.is_container |= other.is_container;
    known.in_system_header &= other.in_system_header;
  }

  static void fill(Entity& known, const Entity& other) {
    mergeFlags(known, other);
    const auto take = [](auto& mine, const auto& theirs, const auto& open) {
      if (mine == open) mine = theirs;
    };
    // A lock's class and its kind belong together.
    if (known.type_class == TypeClass::Plain) {
      known.type_class = other.type_class;
      take(known.lock, other.lock, LockKind::None);
    } else if (known.type_class == other.type_class) {
      take(known.lock, other.lock, LockKind::None);
    }
    take(known.name, other.name, StringId());
    take(known.type_name, other.type_name, StringId());
    take(known.parent, other.parent, EntityId());
    take(known.type, other.type, EntityId());
    take(known.index, other.index, std::uint32_t{0});
    if (known.place.line == 0) known.place = other.place;
    if (known.bases.empty()) known.bases = other.bases;
    if (known.overrides.empty()) known.overrides = other.overrides;
    take(known.guarded_by, other.guarded_by, PathId());
    take(known.pt_guarded_by, other.pt_guarded_by, PathId());
  }

  // ---- Functions

  /// Decides which bodies of this unit are kept, before any path is translated.
  void chooseBodies() {
    hashes_.clear();
    chosen_.assign(unit_->functions.size(), false);
    for (std::size_t i = 0; i < unit_->functions.size(); ++i) {
      const Function& function = unit_->functions[i];
      const EntityId entity = translate(function.entity);
      const auto [at, added] = kept_.try_emplace(entity);
      Kept& kept = at->second;
      if (added) {
        kept.id = FunctionId(program_.functions.size());
        program_.functions.emplace_back().entity = entity;
        program_[kept.id].in_system_header = function.in_system_header; // merged by "and" from here on
      }
      if (function.blocks.empty()) continue;
      hashes_.try_emplace(entity, function.body_hash);
      if (kept.body_unit != kNoUnit) {
        if (kept_hashes_.at(entity) != function.body_hash) noteDiffering(kept, function);
        continue;
      }
      chosen_[i] = true;
      kept.body_unit = unit_count_;
      kept.body_file = unit_->main_file;
      kept_hashes_.emplace(entity, function.body_hash);
    }
  }

  void noteDiffering(Kept& kept, const Function& function) {
    if (kept.differing) return; // one such note per function tells enough
    kept.differing = true;
    Note note;
    note.kind = Note::Kind::DifferingBodies;
    note.function = translate(function.entity);
    note.place = translate(function.place);
    note.text = "a different body was compiled in " + unit_->main_file + "; the one compiled in " +
                kept.body_file + " is analysed.";
    keepNote(std::move(note));
  }

  void mergeFunction(std::size_t index) {
    const Function& here = unit_->functions[index];
    const FunctionId id = kept_.at(translate(here.entity)).id;
    if (chosen_[index]) {
      Function body = here;
      translateBody(body);
      body.this_type = translate(here.this_type);
      body.enclosing = translate(here.enclosing);
      body.parameters = translate(here.parameters);
      body.place = translate(here.place);
      body.end = translate(here.end);
      body.contracts.clear();
      body.entity = program_[id].entity;
      std::swap(program_[id], body);
      mergeHead(program_[id], body); // what declarations told before
      for (const Contract& contract : body.contracts)
        addContract(program_[id], contract);
    } else {
      Function head;
      copyHead(head, here);
      head.this_type = translate(here.this_type);
      head.enclosing = translate(here.enclosing);
      head.parameters = translate(here.parameters);
      head.place = translate(here.place);
      head.end = translate(here.end);
      mergeHead(program_[id], head);
    }
    for (Contract contract : here.contracts) {
      contract.lock = translate(contract.lock);
      addContract(program_[id], contract);
    }
  }

  static void copyHead(Function& head, const Function& from) {
    head.is_constructor = from.is_constructor;
    head.is_destructor = from.is_destructor;
    head.is_virtual = from.is_virtual;
    head.is_lambda = from.is_lambda;
    head.is_main = from.is_main;
    head.is_exported = from.is_exported;
    head.is_private = from.is_private;
    head.address_taken = from.address_taken;
    head.is_noexcept = from.is_noexcept;
    head.runs_before_main = from.runs_before_main;
    head.analysis_off = from.analysis_off;
    head.in_system_header = from.in_system_header;
  }

  /// What one unit says of a function holds in all; only `widened`, the hash and the places belong to the body.
  static void mergeHead(Function& known, const Function& other) {
    known.is_constructor |= other.is_constructor;
    known.is_destructor |= other.is_destructor;
    known.is_virtual |= other.is_virtual;
    known.is_lambda |= other.is_lambda;
    known.is_main |= other.is_main;
    known.is_exported |= other.is_exported;
    known.is_private |= other.is_private;
    known.address_taken |= other.address_taken;
    known.is_noexcept |= other.is_noexcept;
    known.runs_before_main |= other.runs_before_main;
    known.analysis_off |= other.analysis_off;
    known.in_system_header &= other.in_system_header;
    if (!known.this_type) known.this_type = other.this_type;
    if (!known.enclosing) known.enclosing = other.enclosing;
    if (known.parameters.empty()) known.parameters = other.parameters;
    if (known.place.line == 0) known.place = other.place;
    if (known.end.line == 0) known.end = other.end;
  }

  void translateBody(Function& body) {
    for (Event& event : body.events) {
      event.place = translate(event.place);
      event.path = translate(event.path);
      event.value = translate(event.value);
      event.receiver = translate(event.receiver);
      event.callee = translate(event.callee);
      event.label = translate(event.label);
      for (PathId& lock : event.locks)
        lock = translate(lock);
      for (Argument& argument : event.arguments) {
        argument.path = translate(argument.path);
        argument.callable = translate(argument.callable);
      }
    }
    for (Block& block : body.blocks)
      block.condition.path = translate(block.condition.path);
  }

  static void addContract(Function& function, const Contract& contract) {
    for (const Contract& known : function.contracts)
      if (known.kind == contract.kind && known.mode == contract.mode && known.lock == contract.lock &&
          known.success_value == contract.success_value)
        return;
    function.contracts.push_back(contract);
  }

  // ---- Notes

  void addNote(Note note) {
    note.function = translate(note.function);
    note.place = translate(note.place);
    keepNote(std::move(note));
  }

  /// A header's note comes with every unit that includes it.
  void keepNote(Note note) {
    if (note_keys_.emplace(note.kind, note.function, note.place, note.text).second)
      program_.notes.push_back(std::move(note));
  }

  Unit program_;
  std::set<std::string> dependencies_;
  std::unordered_map<EntityId, Kept> kept_;
  std::unordered_map<EntityId, std::uint64_t> kept_hashes_;
  std::vector<Authority> authority_; ///< by the program's entities: of what is known
  std::set<std::tuple<Note::Kind, EntityId, Place, std::string>> note_keys_;
  std::size_t unit_count_ = 0;

  // the unit being added, and its ids in the program
  const Unit* unit_ = nullptr;
  std::vector<StringId> strings_;
  std::vector<FileId> files_;
  std::vector<EntityId> entities_;
  std::vector<PathId> paths_;
  std::unordered_map<EntityId, std::uint64_t> hashes_; ///< its bodies, by the program's entities
  std::vector<bool> chosen_;                           ///< by its functions: the body is kept
};

/// Smallest main file first. Units of one main file (compiled twice with other flags) are told apart by their bytes:
/// those of equal bytes are equal.
void order(std::vector<Unit>& units) {
  std::sort(units.begin(), units.end(),
            [](const Unit& a, const Unit& b) { return a.main_file < b.main_file; });
  for (auto first = units.begin(); first != units.end();) {
    const auto last = std::find_if(first, units.end(),
                                   [&](const Unit& unit) { return unit.main_file != first->main_file; });
    if (last - first > 1) {
      std::vector<std::pair<std::string, Unit>> same;
      for (auto unit = first; unit != last; ++unit) {
        std::string bytes = toBytes(*unit);
        same.emplace_back(std::move(bytes), std::move(*unit));
      }
      std::sort(same.begin(), same.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      std::transform(same.begin(), same.end(), first, [](auto& entry) { return std::move(entry.second); });
    }
    first = last;
  }
}

} // namespace

model::Unit link(std::vector<model::Unit> units) {
  order(units);
  setApart(units);
  Linker linker;
  for (Unit& unit : units) {
    linker.add(unit);
    unit = Unit(); // its memory is needed for the program
  }
  return linker.finish();
}

} // namespace racecourse::analysis
