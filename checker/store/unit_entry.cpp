#include "checker/store/unit_entry.h"

#include "checker/model/binary.h"
#include "checker/store/bytes.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/TargetParser/Host.h"

#include <algorithm>
#include <cstdlib>

namespace racecourse::store {

using frontend::FileAnswer;

namespace {

/// What Clang's driver and its header search look up beside the command line.
constexpr const char* kVariables[] = {"CPATH",
                                      "C_INCLUDE_PATH",
                                      "CPLUS_INCLUDE_PATH",
                                      "OBJC_INCLUDE_PATH",
                                      "OBJCPLUS_INCLUDE_PATH",
                                      "COMPILER_PATH",
                                      "SDKROOT",
                                      "SOURCE_DATE_EPOCH",
                                      "CCC_OVERRIDE_OPTIONS",
                                      "CLANG_CONFIG_FILE_SYSTEM_DIR",
                                      "GCC_EXEC_PREFIX",
                                      "LANG",
                                      "LC_ALL",
                                      "CLANG_NO_DEFAULT_CONFIG"};

} // namespace

Key unitKey(const frontend::CompileCommand& command, std::string_view environment) {
  Writer all;
  all.text("unit");
  all.raw(extractionIdentity());
  all.text(environment);
  all.text(command.directory);
  all.text(command.file);
  all.number(command.arguments.size());
  for (const std::string& argument : command.arguments)
    all.text(argument);
  for (const char* name : kVariables) {
    const char* value = std::getenv(name);
    all.number(value ? 1 : 0);
    if (value) all.text(value);
  }
  if (std::ranges::any_of(command.arguments, [](const std::string& a) { return a.ends_with("=native"); }))
    all.text(llvm::sys::getHostCPUName().str());
  return frontend::contentHash(all.bytes);
}

void write(Writer& writer, const frontend::FileAnswers& answers) {
  writer.number(answers.list.size());
  std::int64_t last_ns = 0; // files of one package have nearly the same times
  for (const FileAnswer& answer : answers.list) {
    writer.text(answer.path);
    writer.number(static_cast<std::uint64_t>(answer.kind) << 1 | (answer.settled ? 1 : 0));
    if (answer.kind == FileAnswer::Kind::Contents) {
      writer.number(answer.stamp.size);
      writer.difference(answer.stamp.modified_ns - last_ns);
      writer.difference(answer.stamp.changed_ns - answer.stamp.modified_ns);
      writer.number(answer.stamp.inode);
      last_ns = answer.stamp.modified_ns;
    }
    if (answer.kind == FileAnswer::Kind::Contents || answer.kind == FileAnswer::Kind::Listing)
      writer.raw(answer.hash);
  }
}

frontend::FileAnswers readAnswers(Reader& reader) {
  frontend::FileAnswers answers;
  answers.list.resize(reader.count());
  std::int64_t last_ns = 0;
  // Wrapping is what the writer's differences need, should a clock have been far off.
  const auto sum = [](std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  };
  for (FileAnswer& answer : answers.list) {
    answer.path = reader.text();
    const std::uint64_t kind = reader.number();
    if (kind >> 1 > static_cast<std::uint64_t>(FileAnswer::Kind::Listing)) reader.fail();
    if (reader.failed()) return {};
    answer.kind = static_cast<FileAnswer::Kind>(kind >> 1);
    answer.settled = (kind & 1) != 0;
    if (answer.kind == FileAnswer::Kind::Contents) {
      answer.stamp.size = reader.number();
      answer.stamp.modified_ns = last_ns = sum(last_ns, reader.difference());
      answer.stamp.changed_ns = sum(answer.stamp.modified_ns, reader.difference());
      answer.stamp.inode = reader.number();
    }
    if (answer.kind == FileAnswer::Kind::Contents || answer.kind == FileAnswer::Kind::Listing)
      reader.raw(answer.hash);
  }
  answers.complete = !reader.failed();
  return answers;
}

std::string toPayload(const UnitEntry& entry) {
  Writer writer;
  write(writer, entry.answers);
  writer.number(entry.extraction.ok ? 1 : 0);
  writer.text(entry.extraction.failure);
  writer.number(entry.extraction.errors.size());
  for (const std::string& error : entry.extraction.errors)
    writer.text(error);
  return writer.bytes + model::toBytes(entry.extraction.unit);
}

std::optional<UnitEntry> unitFromPayload(std::string_view payload) {
  Reader reader(payload);
  UnitEntry entry;
  entry.answers = readAnswers(reader);
  entry.extraction.ok = reader.number() != 0;
  entry.extraction.failure = reader.text();
  entry.extraction.errors.resize(reader.count());
  for (std::string& error : entry.extraction.errors)
    error = reader.text();
  if (reader.failed()) return std::nullopt;
  model::Loaded loaded = model::fromBytes(reader.rest(), "an entry of the store");
  if (!loaded.unit) return std::nullopt;
  entry.extraction.unit = std::move(*loaded.unit);
  return entry;
}

} // namespace racecourse::store
