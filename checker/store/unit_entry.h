// The entry of one unit: what extracting its command gave, and what the file system was asked on the way. The key is made
// of everything else that the outcome depends on; the answers are looked at again before the entry is believed. A unit that
// does not compile is kept too: its errors are as certain as its model. Pure functions; any thread.
#pragma once

#include "checker/frontend/extract.h"
#include "checker/store/folder.h"

#include <optional>
#include <string>
#include <string_view>

namespace racecourse::store {

class Reader;
class Writer;

/// `environment`: what the caller's program brings (its Clang, the library models). Variables of the environment that Clang
/// reads are added here, and the processor where a flag means "this machine's".
Key unitKey(const frontend::CompileCommand& command, std::string_view environment);

struct UnitEntry {
  frontend::Extraction extraction;
  frontend::FileAnswers answers;
};

std::string toPayload(const UnitEntry& entry);
/// None when the bytes do not make sense, although they are whole.
std::optional<UnitEntry> unitFromPayload(std::string_view payload);

/// For all entries that hold answers.
void write(Writer& writer, const frontend::FileAnswers& answers);
frontend::FileAnswers readAnswers(Reader& reader);

} // namespace racecourse::store
