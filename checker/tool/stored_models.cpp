#include "checker/tool/stored_models.h"

#include "checker/model/binary.h"
#include "checker/model/text.h"
#include "checker/tool/compile_commands.h"

#include <llvm/Support/MemoryBuffer.h>

namespace racecourse::tool {
namespace {

constexpr std::string_view kBinaryStart = "Rcourse\x1a";

} // namespace

std::vector<UnitOutcome> readModels(const std::vector<std::string>& paths, const std::string& folder) {
  std::vector<UnitOutcome> outcomes;
  for (const std::string& path : paths) {
    UnitOutcome& outcome = outcomes.emplace_back();
    outcome.file = absolutePath(path, folder);
    const Stopwatch watch(Stopwatch::Of::Thread);
    const auto buffer = llvm::MemoryBuffer::getFile(outcome.file);
    if (!buffer) {
      outcome.extraction.failure = "it cannot be read: " + buffer.getError().message() + ".";
      continue;
    }
    const std::string_view bytes = (*buffer)->getBuffer();
    std::optional<model::Unit> unit;
    // No text can begin like a binary model: that has a control character among its first eight bytes.
    if (bytes.substr(0, kBinaryStart.size()) == kBinaryStart) {
      model::Loaded loaded = model::fromBytes(bytes, path);
      unit = std::move(loaded.unit);
      outcome.extraction.failure = std::move(loaded.failure);
    } else {
      model::Parsed parsed = model::parse(bytes, outcome.file);
      unit = std::move(parsed.unit);
      outcome.extraction.failure = std::move(parsed.failure);
    }
    outcome.cost = watch.elapsed();
    if (!unit) continue;
    outcome.extraction.ok = true;
    outcome.extraction.unit = std::move(*unit);
  }
  return outcomes;
}

} // namespace racecourse::tool
