// Reading and writing whole files. Writing is done so that a full disk or a closed standard output is noticed: a report that was cut off must not look
// like a short one.
#pragma once

#include "checker/tool/exit_code.h"

#include <string>
#include <string_view>

namespace racecourse::tool {

/// Writes all of `text` to a file descriptor. Empty, or a sentence about what went wrong. `name` is for the sentence.
std::string writeAll(int descriptor, std::string_view text, const std::string& name);

/// Replaces the file. Empty, or a sentence.
std::string writeFile(const std::string& path, std::string_view text);

/// Empty, or a sentence why a file cannot be written at `path`; asked before the work is done and not after. Leaves the
/// file there, empty if it was not.
std::string tryFile(const std::string& path);

/// As writeFile, but whole or not at all: for files that people keep, which a kill or a full disk must not cut off.
std::string replaceFile(const std::string& path, std::string_view text);

/// The bytes of a file, or why they cannot be had (kExitUsage: somebody named the file).
OrRefusal<std::string> readFile(const std::string& path);

} // namespace racecourse::tool
