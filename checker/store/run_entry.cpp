#include "checker/store/run_entry.h"

#include "checker/store/bytes.h"
#include "checker/store/unit_entry.h"

#include <map>
#include <type_traits>

namespace racecourse::store {

using frontend::FileAnswer;

void AnswerUnion::add(const frontend::FileAnswers& answers) {
  complete_ = complete_ && answers.complete;
  for (const FileAnswer& answer : answers.list) {
    const bool present = answer.kind != FileAnswer::Kind::Absent;
    if (present_.try_emplace(answer.path, present).first->second != present) complete_ = false;
    const auto [at, is_new] = answers_.try_emplace({answer.path, answer.kind}, answer);
    if (is_new) continue;
    if (at->second.hash != answer.hash) complete_ = false;
    if (!at->second.settled) at->second = answer;
  }
}

frontend::FileAnswers AnswerUnion::all() const {
  frontend::FileAnswers all;
  all.complete = complete_;
  for (const auto& [question, answer] : answers_)
    all.list.push_back(answer);
  return all;
}

namespace {

/// One description of the bytes for both directions, as in checker/model/binary_layout.h.
class Out {
public:
  static constexpr bool kReads = false;
  Writer writer;

  template <typename T> void value(const T& number) { writer.number(static_cast<std::uint64_t>(number)); }
  void value(const std::string& text) { writer.text(text); }
  template <typename T> void count(const std::vector<T>& list) { writer.number(list.size()); }
};

class In {
public:
  static constexpr bool kReads = true;
  explicit In(std::string_view payload) : reader(payload) {}
  Reader reader;

  template <typename T> void value(T& number) {
    const std::uint64_t read = reader.number();
    number = static_cast<T>(read);
    if (static_cast<std::uint64_t>(number) != read) reader.fail();
  }
  void value(std::string& text) { text = reader.text(); }
  template <typename T> void count(std::vector<T>& list) { list.resize(reader.count()); }
};

template <typename Coder, typename T> void code(Coder& coder, T& value) {
  coder.value(value);
}
template <typename Coder, typename T> void codeList(Coder& coder, T& list) {
  coder.count(list);
  for (auto& item : list)
    code(coder, item);
}
template <typename Coder, typename T> void code(Coder& coder, std::vector<T>& list) {
  codeList(coder, list);
}
template <typename Coder, typename T> void code(Coder& coder, const std::vector<T>& list) {
  codeList(coder, list);
}

/// Constness follows the direction.
template <typename T, typename Plain>
concept Of = std::is_same_v<std::remove_const_t<T>, Plain>;

template <typename Coder, Of<model::Place> T> void code(Coder& coder, T& place) {
  if constexpr (Coder::kReads) {
    std::uint32_t file = 0;
    coder.value(file);
    if (file != 0) place.file = model::FileId(file - 1);
  } else {
    coder.value(place.file ? place.file.value + 1 : 0);
  }
  coder.value(place.line);
  coder.value(place.column);
}

template <typename Coder, Of<model::File> T> void code(Coder& coder, T& file) {
  coder.value(file.path);
  coder.value(file.system);
}

template <typename Coder, Of<analysis::TraceStep> T> void code(Coder& coder, T& step) {
  code(coder, step.place);
  coder.value(step.message);
  code(coder, step.held);
}

template <typename Coder, Of<analysis::Trace> T> void code(Coder& coder, T& trace) {
  coder.value(trace.thread);
  code(coder, trace.steps);
}

template <typename Coder, Of<analysis::Finding> T> void code(Coder& coder, T& finding) {
  coder.value(finding.rule);
  coder.value(finding.confidence);
  coder.value(finding.severity);
  code(coder, finding.place);
  coder.value(finding.message);
  code(coder, finding.traces);
  code(coder, finding.notes);
  coder.value(finding.identity);
}

template <typename Coder, Of<analysis::Coverage> T> void code(Coder& coder, T& coverage) {
  for (auto* number : {&coverage.units, &coverage.failed_units, &coverage.functions, &coverage.threads,
                       &coverage.locks, &coverage.lines, &coverage.unresolved_calls})
    coder.value(*number);
  code(coder, coverage.failures);
  code(coder, coverage.notes);
}

template <typename Coder, Of<report::Edit> T> void code(Coder& coder, T& edit) {
  coder.value(edit.file);
  for (auto* number : {&edit.line, &edit.column, &edit.offset_bytes, &edit.length_bytes})
    coder.value(*number);
  coder.value(edit.text);
}

template <typename Coder, Of<report::Fix> T> void code(Coder& coder, T& fix) {
  coder.value(fix.safe);
  coder.value(fix.says);
  code(coder, fix.edits);
}

bool isKnown(const RunEntry& entry, const model::Place& place) {
  return !place.file || place.file.value < entry.files.size();
}

/// Places name files of the entry, and enumerations are in range: whatever reads on relies on it.
bool isSound(const RunEntry& entry) {
  for (const analysis::Finding& finding : entry.findings) {
    if (finding.confidence > analysis::Confidence::Low || finding.severity > analysis::Severity::Note ||
        !isKnown(entry, finding.place))
      return false;
    for (const analysis::Trace& trace : finding.traces)
      for (const analysis::TraceStep& step : trace.steps)
        if (!isKnown(entry, step.place)) return false;
  }
  return entry.unit_failures.size() == entry.unit_files.size();
}

/// Units share most of what they read: one table of names, and a list of numbers per unit.
void writeFiles(Writer& writer, const std::vector<std::vector<std::string>>& units) {
  std::map<std::string_view, std::uint64_t> numbers;
  for (const auto& files : units)
    for (const std::string& file : files)
      numbers.try_emplace(file);
  writer.number(numbers.size());
  std::uint64_t count = 0;
  for (auto& [file, number] : numbers) {
    writer.text(file);
    number = count++;
  }
  writer.number(units.size());
  for (const auto& files : units) {
    writer.number(files.size());
    std::int64_t last = 0;
    for (const std::string& file : files) {
      const auto number = static_cast<std::int64_t>(numbers.at(file));
      writer.difference(number - last);
      last = number;
    }
  }
}

void readFiles(Reader& reader, std::vector<std::vector<std::string>>& units) {
  std::vector<std::string> names(reader.count());
  for (std::string& name : names)
    name = reader.text();
  units.resize(reader.count());
  for (auto& files : units) {
    files.resize(reader.count());
    std::int64_t last = 0;
    for (std::string& file : files) {
      const std::int64_t step = reader.difference();
      const auto size = static_cast<std::int64_t>(names.size());
      if (step < -size || step > size || last + step < 0 || last + step >= size) {
        reader.fail();
        return;
      }
      last += step;
      file = names[static_cast<std::size_t>(last)];
    }
  }
}

} // namespace

std::string toPayload(const RunEntry& entry) {
  Out out;
  write(out.writer, entry.answers);
  writeFiles(out.writer, entry.unit_files);
  code(out, entry.files);
  code(out, entry.findings);
  code(out, entry.coverage);
  code(out, entry.unit_failures);
  code(out, entry.unknown_roots);
  code(out, entry.program);
  return std::move(out.writer.bytes);
}

std::optional<RunEntry> runFromPayload(std::string_view payload) {
  In in(payload);
  RunEntry entry;
  entry.answers = readAnswers(in.reader);
  readFiles(in.reader, entry.unit_files);
  code(in, entry.files);
  code(in, entry.findings);
  code(in, entry.coverage);
  code(in, entry.unit_failures);
  code(in, entry.unknown_roots);
  code(in, entry.program);
  if (in.reader.failed() || !in.reader.atEnd() || !isSound(entry)) return std::nullopt;
  return entry;
}

std::string toPayload(const Fixes& fixes) {
  Out out;
  code(out, fixes);
  return std::move(out.writer.bytes);
}

std::optional<Fixes> fixesFromPayload(std::string_view payload) {
  In in(payload);
  Fixes fixes;
  code(in, fixes);
  if (in.reader.failed() || !in.reader.atEnd()) return std::nullopt;
  return fixes;
}

} // namespace racecourse::store
