// The project that a folder belongs to: reports show paths relative to it. Reads the file system.
#pragma once

#include <string>

namespace racecourse::tool {

/// The nearest of `folder` and the folders above it that has .racecourse.yaml or .git; `folder` itself if none has.
/// Precondition: absolute.
std::string projectRoot(const std::string& folder);

} // namespace racecourse::tool
