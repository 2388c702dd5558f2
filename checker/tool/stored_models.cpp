#include "checker/tool/stored_models.h"

#include "checker/model/text.h"
#include "checker/tool/compile_commands.h"

#include <llvm/Support/MemoryBuffer.h>

namespace racecourse::tool {

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
    model::Parsed parsed = model::parse((*buffer)->getBuffer(), outcome.file);
    outcome.cost = watch.elapsed();
    if (parsed.unit) {
      outcome.extraction.ok = true;
      outcome.extraction.unit = std::move(*parsed.unit);
    } else {
      outcome.extraction.failure = std::move(parsed.failure);
    }
  }
  return outcomes;
}

} // namespace racecourse::tool
