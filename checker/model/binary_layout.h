// What the bytes of a unit are, said once for both directions; private to binary.cpp. A Coder is a writer or a reader:
// it has code() for numbers, enumerations, ids, places and strings, count() for the length of a list, and record(),
// which stores a bit per member that differs from its default and then those members. So what is written and what is
// read cannot disagree. A changed line here is a new kBinaryVersion.
#pragma once

#include "checker/model/unit.h"

#include <concepts>
#include <type_traits>
#include <vector>

namespace racecourse::model::binary {

template <typename Coder, typename T> void codeList(Coder& coder, T& list) {
  coder.count(list);
  for (auto& item : list)
    code(coder, item);
}

template <typename Coder, typename T> void code(Coder& coder, T& value) {
  coder.code(value);
}
template <typename Coder, typename T> void code(Coder& coder, std::vector<T>& list) {
  codeList(coder, list);
}
template <typename Coder, typename T> void code(Coder& coder, const std::vector<T>& list) {
  codeList(coder, list);
}

/// Constness follows the direction: a writer sees `const Event&`, a reader `Event&`.
template <typename T, typename Plain>
concept Of = std::same_as<std::remove_const_t<T>, Plain>;

template <typename Coder, Of<File> T> void code(Coder& coder, T& file) {
  coder.code(file.path);
  coder.record(File(), file, &File::system);
}

template <typename Coder, Of<Step> T> void code(Coder& coder, T& step) {
  coder.record(Step(), step, &Step::kind, &Step::field, &Step::index);
}

template <typename Coder, Of<Path> T> void code(Coder& coder, T& path) {
  coder.record(Path(), path, &Path::root, &Path::widened, &Path::entity, &Path::site, &Path::steps);
}

template <typename Coder, Of<Entity> T> void code(Coder& coder, T& entity) {
  coder.record(Entity(), entity, &Entity::kind, &Entity::type_class, &Entity::lock, &Entity::is_reference,
               &Entity::is_pointer, &Entity::is_volatile, &Entity::is_private, &Entity::is_container,
               &Entity::in_system_header, &Entity::usr, &Entity::space, &Entity::name, &Entity::type_name,
               &Entity::parent, &Entity::type, &Entity::index, &Entity::place, &Entity::bases,
               &Entity::overrides, &Entity::guarded_by, &Entity::pt_guarded_by);
}

template <typename Coder, Of<Argument> T> void code(Coder& coder, T& argument) {
  coder.record(Argument(), argument, &Argument::kind, &Argument::path, &Argument::callable);
}

template <typename Coder, Of<Event> T> void code(Coder& coder, T& event) {
  coder.code(event.kind);
  coder.code(event.place);
  coder.record(Event(), event, &Event::path, &Event::access, &Event::callee, &Event::label, &Event::locks,
               &Event::arguments, &Event::inputs, &Event::type_class, &Event::atomic, &Event::mode,
               &Event::flavour, &Event::guard_how, &Event::escape, &Event::value_kind, &Event::initialises,
               &Event::in_loop, &Event::has_predicate, &Event::all_elements, &Event::by_library,
               &Event::flags, &Event::value, &Event::receiver, &Event::rounds);
}

template <typename Coder, Of<Condition> T> void code(Coder& coder, T& condition) {
  coder.record(Condition(), condition, &Condition::kind, &Condition::negated, &Condition::compares_identity,
               &Condition::event, &Condition::path, &Condition::key, &Condition::reads);
}

template <typename Coder, Of<Block> T> void code(Coder& coder, T& block) {
  code(coder, block.events);
  code(coder, block.successors);
  code(coder, block.condition);
}

template <typename Coder, Of<Contract> T> void code(Coder& coder, T& contract) {
  coder.record(Contract(), contract, &Contract::kind, &Contract::mode, &Contract::success_value,
               &Contract::lock);
}

template <typename Coder, Of<Function> T> void code(Coder& coder, T& function) {
  coder.record(Function(), function, &Function::entity, &Function::place, &Function::end, &Function::blocks,
               &Function::events, &Function::parameters, &Function::body_hash, &Function::this_type,
               &Function::enclosing, &Function::contracts, &Function::is_constructor,
               &Function::is_destructor, &Function::is_virtual, &Function::is_lambda, &Function::is_main,
               &Function::is_exported, &Function::is_private, &Function::address_taken,
               &Function::is_noexcept, &Function::runs_before_main, &Function::analysis_off,
               &Function::in_system_header, &Function::widened);
}

template <typename Coder, Of<Note> T> void code(Coder& coder, T& note) {
  coder.code(note.text);
  coder.record(Note(), note, &Note::kind, &Note::function, &Note::place);
}

template <typename Coder, Of<Unit> T> void code(Coder& coder, T& unit) {
  coder.code(unit.main_file);
  coder.code(unit.lines);
  code(coder, unit.dependencies);
  code(coder, unit.files);
  code(coder, unit.strings);
  code(coder, unit.entities);
  code(coder, unit.paths);
  code(coder, unit.functions);
  code(coder, unit.notes);
}

} // namespace racecourse::model::binary
