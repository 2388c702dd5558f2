#include "checker/frontend/fixes_source.h"

#include "checker/frontend/llvm_versions.h"

#include "clang/Lex/Lexer.h"

#include <algorithm>

namespace racecourse::frontend {

using namespace clang;

namespace {

constexpr const char* kBlanks = " \t";

unsigned lineStart(llvm::StringRef buffer, unsigned offset) {
  const std::size_t newline = buffer.substr(0, offset).rfind('\n');
  return newline == llvm::StringRef::npos ? 0 : static_cast<unsigned>(newline) + 1;
}

/// Past the newline.
unsigned lineEnd(llvm::StringRef buffer, unsigned offset) {
  const std::size_t newline = buffer.find('\n', offset);
  return static_cast<unsigned>(newline == llvm::StringRef::npos ? buffer.size() : newline + 1);
}

} // namespace

std::optional<FoundPlace> FixSource::find(const FixPlace& place) const {
  const SourceManager& sources = context_.getSourceManager();
  const FileID file = fileAt(sources, place.file);
  if (file.isInvalid() || place.line == 0) return std::nullopt;
  const SourceLocation location = sources.translateLineCol(file, place.line, std::max(1u, place.column));
  if (location.isInvalid()) return std::nullopt;
  return FoundPlace{file, sources.getFileOffset(location), place.line};
}

std::optional<TextRange> FixSource::range(SourceRange tokens) const {
  const SourceManager& sources = context_.getSourceManager();
  if (tokens.isInvalid() || tokens.getBegin().isMacroID() || tokens.getEnd().isMacroID()) return std::nullopt;
  const auto [file, from] = sources.getDecomposedLoc(tokens.getBegin());
  const auto [file_of_end, last] = sources.getDecomposedLoc(tokens.getEnd());
  if (file != file_of_end || last < from) return std::nullopt;
  return TextRange{file, from, last + Lexer::MeasureTokenLength(tokens.getEnd(), sources, language())};
}

std::string FixSource::text(const TextRange& range) const {
  return buffer(range.file).slice(range.from, range.to).str();
}

std::string FixSource::text(const Stmt* stmt) const {
  const std::optional<TextRange> found = stmt ? range(stmt->getSourceRange()) : std::nullopt;
  return found ? text(*found) : "";
}

llvm::StringRef FixSource::buffer(FileID file) const {
  return context_.getSourceManager().getBufferData(file);
}

unsigned FixSource::line(SourceLocation location) const {
  return context_.getSourceManager().getExpansionLineNumber(location);
}

bool FixSource::covers(SourceRange tokens, const FoundPlace& place) const {
  const SourceManager& sources = context_.getSourceManager();
  if (tokens.isInvalid()) return false;
  const auto [file, from] = sources.getDecomposedLoc(sources.getExpansionLoc(tokens.getBegin()));
  const SourceLocation last = sources.getExpansionLoc(tokens.getEnd());
  if (file != place.file || sources.getFileID(last) != file) return false;
  const unsigned to = sources.getFileOffset(last) + Lexer::MeasureTokenLength(last, sources, language());
  return from <= place.offset && place.offset < to;
}

bool FixSource::onLineOf(SourceLocation location, const FoundPlace& place) const {
  const SourceManager& sources = context_.getSourceManager();
  return sources.getFileID(sources.getExpansionLoc(location)) == place.file && line(location) == place.line;
}

std::optional<TextRange> FixSource::statement(const Stmt* stmt) const {
  std::optional<TextRange> found = range(stmt->getSourceRange());
  if (!found) return std::nullopt;
  const llvm::StringRef text = buffer(found->file);
  if (found->to > 0 && text[found->to - 1] == ';') return found; // a declaration brings its own
  const std::size_t next = text.find_first_not_of(" \t\r\n", found->to);
  if (next == llvm::StringRef::npos || text[next] != ';') return std::nullopt;
  found->to = static_cast<unsigned>(next) + 1;
  return found;
}

TextRange FixSource::wholeLines(TextRange range) const {
  const llvm::StringRef text = buffer(range.file);
  const unsigned start = lineStart(text, range.from), end = lineEnd(text, range.to);
  if (!text.slice(start, range.from).trim(kBlanks).empty()) return range;
  if (!text.slice(range.to, end).trim(" \t\r\n").empty()) return range;
  return {range.file, start, end};
}

std::string FixSource::indentation(FileID file, unsigned offset) const {
  const llvm::StringRef text = buffer(file);
  const llvm::StringRef line = text.substr(lineStart(text, offset));
  return line.substr(0, line.find_first_not_of(kBlanks)).str();
}

void FixDraft::replace(std::optional<TextRange> range, std::string text) {
  if (!range) return fail();
  const SourceManager& sources = source_.context().getSourceManager();
#if LLVM_VERSION_MAJOR >= 18
  const OptionalFileEntryRef entry = sources.getFileEntryRefForID(range->file);
#else
  const FileEntry* entry = sources.getFileEntryForID(range->file);
#endif
  if (!entry || sources.isInSystemHeader(sources.getLocForStartOfFile(range->file))) return fail();
  llvm::SmallString<256> path(entry->getName());
  sources.getFileManager().makeAbsolutePath(path);
  edits_.push_back({std::string(path), range->from, range->to - range->from, std::move(text)});
}

void FixDraft::erase(const Stmt* statement) {
  const std::optional<TextRange> range = source_.statement(statement);
  if (!range) return fail();
  replace(source_.wholeLines(*range), "");
}

void FixDraft::insert(FileID file, unsigned offset, std::string text) {
  replace(TextRange{file, offset, offset}, std::move(text));
}

void FixDraft::shift(const TextRange& range, int columns) {
  const llvm::StringRef text = source_.buffer(range.file);
  for (unsigned start = lineStart(text, range.from); start < range.to; start = lineEnd(text, start)) {
    if (start < range.from) continue;
    const unsigned end = lineEnd(text, start);
    const llvm::StringRef line = text.slice(start, end);
    if (line.trim().empty()) continue;
    if (columns > 0) {
      insert(range.file, start, std::string(static_cast<unsigned>(columns), ' '));
    } else if (line.find_first_not_of(' ') >= static_cast<std::size_t>(-columns)) {
      replace(TextRange{range.file, start, start + static_cast<unsigned>(-columns)}, "");
    }
    if (end == start) break;
  }
}

void FixDraft::include(FileID file, const std::string& header) {
  const llvm::StringRef text = source_.buffer(file);
  unsigned after_last = 0;
  for (unsigned start = 0; start < text.size(); start = lineEnd(text, start)) {
    const llvm::StringRef line = text.slice(start, lineEnd(text, start)).trim();
    if (line.empty() || line.front() != '#') continue;
    const llvm::StringRef directive = line.drop_front().ltrim();
    if (directive.substr(0, 7) != "include") continue;
    if (directive.drop_front(7).trim() == "<" + header + ">") return;
    // Before the first system header: those are seldom inside of a condition, and sorted lists stay nearly so.
    if (after_last == 0 && directive.drop_front(7).ltrim().substr(0, 1) == "<") after_last = start;
  }
  insert(file, after_last, "#include <" + header + ">\n");
}

std::vector<Edit> FixDraft::take() {
  std::stable_sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) {
    return std::tie(a.file, a.offset, a.length) < std::tie(b.file, b.offset, b.length);
  });
  edits_.erase(std::unique(edits_.begin(), edits_.end()), edits_.end());
  for (std::size_t i = 1; i < edits_.size(); ++i) {
    const Edit &before = edits_[i - 1], &edit = edits_[i];
    if (before.file == edit.file && before.offset + before.length > edit.offset) return {};
  }
  return std::move(edits_);
}

std::vector<const Stmt*> statementsTo(const FixSource& source, const Stmt* body, const FoundPlace& place) {
  std::vector<const Stmt*> way;
  for (const Stmt* here = body; here;) {
    way.push_back(here);
    const Stmt* next = nullptr;
    if (!isa<LambdaExpr>(here)) {
      for (const Stmt* child : here->children()) {
        // A declaration's range ends before its semicolon's line does; the line is what a place shows.
        if (child && source.covers(child->getSourceRange(), place)) {
          next = child;
          break;
        }
      }
    }
    here = next;
  }
  return way;
}

bool callsAnything(const Stmt* stmt) {
  bool calls = false;
  forEachStatement(stmt, [&](const Stmt* each) {
    if (const auto* call = dyn_cast<CallExpr>(each)) {
      const FunctionDecl* callee = call->getDirectCallee();
      // The library's own small functions (begin, size, operator<<) take none of the user's locks.
      calls = calls || !callee ||
              !callee->getASTContext().getSourceManager().isInSystemHeader(callee->getLocation());
    } else if (const auto* construct = dyn_cast<CXXConstructExpr>(each)) {
      const CXXConstructorDecl* made = construct->getConstructor();
      calls = calls || (!made->isImplicit() && !made->isTrivial() &&
                        !made->getASTContext().getSourceManager().isInSystemHeader(made->getLocation()));
    }
  });
  return calls;
}

} // namespace racecourse::frontend
