// What a text in SQL does with which tables: as much of the language as it takes to tell a question from a change, and a
// change that looks for itself from one that relies on an earlier look.
//
// It is no parser and checks nothing: what it does not know is Other. Pure functions; cost: one pass over the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace racecourse::frontend {

struct SqlStatement {
  enum class Kind {
    Other,
    Begin,
    End,
    Ask,    ///< SELECT
    Change, ///< INSERT or UPDATE that relies on what was asked before
    Settle, ///< INSERT or UPDATE that looks for itself: ON CONFLICT, OR IGNORE, a WHERE about what it sets
  };
  Kind kind = Kind::Other;
  std::vector<std::string> tables; ///< in small letters: asked, or changed
  std::vector<std::string>
      words; ///< Ask: every name in it, and `*`; UPDATE: the columns that it sets; INSERT: nothing
};

/// The statements of `text`, separated by semicolons.
std::vector<SqlStatement> readSql(std::string_view text);

/// The answer to `ask` can have decided about `change`: the same table, and for an UPDATE a column that it sets.
bool decides(const SqlStatement& ask, const SqlStatement& change);

} // namespace racecourse::frontend
