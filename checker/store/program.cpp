#include "checker/store/program.h"

#include "checker/store/bytes.h"
#include "checker/store/file_states.h"
#include "checker/store/unit_entry.h"

#include <algorithm>

namespace racecourse::store {

std::string toPayload(const Program& program) {
  Writer writer;
  writer.number(program.events);
  writer.number(program.units.size());
  for (const Program::Unit& unit : program.units) {
    writer.text(unit.main_file);
    writer.raw(unit.key);
  }
  writer.number(program.thread_roots.size());
  for (const std::string& name : program.thread_roots)
    writer.text(name);
  writer.raw(program.run);
  writer.raw(program.engine);
  writer.text(program.options);
  return std::move(writer.bytes);
}

std::optional<Program> programFromPayload(std::string_view payload) {
  Reader reader(payload);
  Program program;
  program.events = reader.number();
  program.units.resize(reader.count());
  for (Program::Unit& unit : program.units) {
    unit.main_file = reader.text();
    reader.raw(unit.key);
  }
  program.thread_roots.resize(reader.count());
  for (std::string& name : program.thread_roots)
    name = reader.text();
  reader.raw(program.run);
  reader.raw(program.engine);
  program.options = reader.text();
  if (reader.failed() || !reader.atEnd()) return std::nullopt;
  return program;
}

std::optional<RunEntry> findRun(const Folder& folder, const Program& program, std::string_view options,
                                FileStates& states) {
  if (program.engine != engineIdentity() || program.options != options) return std::nullopt;
  const Folder::Got got = folder.get(Entry::Run, program.run);
  std::optional<RunEntry> run;
  if (got.payload) run = runFromPayload(*got.payload);
  if (!run || !std::ranges::all_of(run->answers.list,
                                   [&](frontend::FileAnswer& answer) { return states.stillTrue(answer); }))
    return std::nullopt;
  return run;
}

OtherUnits otherUnits(const Folder& folder, const Program& program, const std::string& main_file,
                      FileStates& states) {
  OtherUnits others;
  for (const Program::Unit& unit : program.units) {
    if (unit.main_file == main_file) continue;
    const Folder::Got got = folder.get(Entry::Unit, unit.key);
    std::optional<UnitEntry> entry;
    if (got.payload) entry = unitFromPayload(*got.payload);
    const bool is_fresh =
        entry && std::ranges::all_of(entry->answers.list,
                                     [&](frontend::FileAnswer& answer) { return states.stillTrue(answer); });
    if (!is_fresh)
      ++others.stale_count;
    else if (entry->extraction.ok)
      others.units.push_back(std::move(entry->extraction.unit));
  }
  return others;
}

} // namespace racecourse::store
