// What the repairs share: a function's statements by place, their text, and edits that leave lines tidy. Borrows the AST.
// Text that a macro made is never edited: every question about it answers "no".
#pragma once

#include "checker/frontend/fixes.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

#include <optional>
#include <string>
#include <vector>

namespace racecourse::frontend {

struct TextRange {
  clang::FileID file;
  unsigned from = 0, to = 0; ///< bytes, `to` is past the end
};

/// A place of a request, found in this unit.
struct FoundPlace {
  clang::FileID file;
  unsigned offset = 0, line = 0;
};

class FixSource {
public:
  explicit FixSource(clang::ASTContext& context) : context_(context) {}

  clang::ASTContext& context() const { return context_; }
  const clang::LangOptions& language() const { return context_.getLangOpts(); }

  std::optional<FoundPlace> find(const FixPlace& place) const;
  /// The text from the first to the last token; none when a macro is involved.
  std::optional<TextRange> range(clang::SourceRange tokens) const;
  std::string text(const TextRange& range) const;
  std::string text(const clang::Stmt* stmt) const;
  llvm::StringRef buffer(clang::FileID file) const;
  unsigned line(clang::SourceLocation location) const;
  bool covers(clang::SourceRange tokens, const FoundPlace& place) const;
  bool onLineOf(clang::SourceLocation location, const FoundPlace& place) const;

  /// The statement with its semicolon.
  std::optional<TextRange> statement(const clang::Stmt* stmt) const;
  /// Grown to whole lines when nothing else stands on them.
  TextRange wholeLines(TextRange range) const;
  /// The blanks before the first word of the line at `offset`.
  std::string indentation(clang::FileID file, unsigned offset) const;

private:
  clang::ASTContext& context_;
};

/// Collects the edits of one fix; `ok` turns false when something was not editable, and then there is no fix.
class FixDraft {
public:
  explicit FixDraft(const FixSource& source) : source_(source) {}

  void replace(std::optional<TextRange> range, std::string text);
  void replace(const clang::Stmt* statement, std::string text) {
    replace(source_.statement(statement), std::move(text));
  }
  /// Takes the statement away, and its line when it stood alone there.
  void erase(const clang::Stmt* statement);
  void insert(clang::FileID file, unsigned offset, std::string text);
  /// Moves the lines that begin in [from, to) right (`columns` > 0) or left. Lines that cannot move stay.
  void shift(const TextRange& range, int columns);
  /// Adds `#include <header>` unless the file has it.
  void include(clang::FileID file, const std::string& header);

  bool ok() const { return ok_ && !edits_.empty(); }
  void fail() { ok_ = false; }
  std::vector<Edit> take();

private:
  const FixSource& source_;
  std::vector<Edit> edits_;
  bool ok_ = true;
};

/// The way from the body down to the innermost statement at a place; lambdas are functions of their own.
std::vector<const clang::Stmt*> statementsTo(const FixSource& source, const clang::Stmt* body,
                                             const FoundPlace& place);

/// Every statement below `stmt`, itself included, lambdas' insides left out unless asked for.
template <typename Visit>
void forEachStatement(const clang::Stmt* stmt, const Visit& visit, bool in_lambdas = false) {
  if (!stmt) return;
  visit(stmt);
  if (clang::isa<clang::LambdaExpr>(stmt)) {
    const auto* lambda = clang::cast<clang::LambdaExpr>(stmt);
    for (const clang::Expr* init : lambda->capture_inits())
      forEachStatement(init, visit, in_lambdas);
    if (in_lambdas) forEachStatement(lambda->getBody(), visit, in_lambdas);
    return;
  }
  for (const clang::Stmt* child : stmt->children())
    forEachStatement(child, visit, in_lambdas);
}

/// Whether running the expression or statement can run code of the user's, or wait.
bool callsAnything(const clang::Stmt* stmt);

/// A function with a body, and a place of the request in it.
struct FixSite {
  const clang::FunctionDecl* function = nullptr;
  FoundPlace place;
};

/// One kind of repair. `sites`: the places of the request that lie in this unit, the primary one first if it does.
struct FixResult {
  bool safe = false;
  std::string says;
};
using Sites = std::vector<FixSite>;
std::optional<FixResult> guardForManualLock(const FixSource& source, const Sites& sites, FixDraft& draft);
std::optional<FixResult> scopedLockForGuards(const FixSource& source, const Sites& sites, FixDraft& draft);
std::optional<FixResult> oneCriticalSection(const FixSource& source, const Sites& sites, FixDraft& draft);
std::optional<FixResult> joiningThread(const FixSource& source, const Sites& sites, FixDraft& draft);
std::optional<FixResult> waitWithPredicate(const FixSource& source, const Sites& sites, FixDraft& draft);
std::optional<FixResult> copiedCaptures(const FixSource& source, const Sites& sites, FixDraft& draft);

} // namespace racecourse::frontend
