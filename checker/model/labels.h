// Names by which the frontend tells rules something that no event has a member for: keys of entities, and labels of known
// calls. No behaviour.
#pragma once

#include <string_view>

namespace racecourse::model {

/// Beginning of the key (Entity::usr) of a table: a Global of class Atomic, since the database carries out one statement at
/// a time. What is asked of it is a Load; an INSERT or UPDATE that relies on nothing is an Update, any other a Store.
inline constexpr std::string_view kSqlTable = "sql:table:";

/// Labels of known calls: a transaction begins, ends; a statement is carried out whose text nobody knows.
inline constexpr std::string_view kSqlBegin = "BEGIN";
inline constexpr std::string_view kSqlEnd = "COMMIT";
inline constexpr std::string_view kSqlUnknown = "a statement in SQL";


/// Label of a known call: picks one of two locks by the order of their addresses (std::min, std::max).
inline constexpr std::string_view kOrdersLocks = "order of addresses";

} // namespace racecourse::model
