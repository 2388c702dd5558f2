// How a report spells paths: relative to the project's root where they lie below it, so that two checkouts of
// one project write the same report; absolute otherwise. Never touches the file system. Pure; any thread may
// call.
#pragma once

#include <string>
#include <string_view>

namespace racecourse::report {

/// `path` as reports show it. Both are absolute and lexically normal; an empty root leaves every path as it
/// is.
std::string displayPath(std::string_view path, std::string_view root);

/// `text` with every mention of a path below `root` made relative: for sentences and identities that contain
/// paths.
std::string withoutRoot(std::string_view text, std::string_view root);

} // namespace racecourse::report
