// Where the compiler's own headers (stddef.h and the like) are. Clang's libraries guess this from the place of the
// program that uses them, which for racecourse is wrong.
#pragma once

#include "checker/frontend/extract.h"
#include "checker/tool/exit_code.h"

#include <string>
#include <vector>

namespace racecourse::tool {

/// Asked in this order: $RACECOURSE_RESOURCE_DIR, the folder known when racecourse was built, `clang-19
/// -print-resource-dir`. A folder counts when it has include/stddef.h. Refused with kExitToolchain when none does.
OrRefusal<std::string> findResourceFolder();

/// Adds the folder to every command that names none itself.
void useResourceFolder(std::vector<frontend::CompileCommand>& commands, const std::string& folder);

} // namespace racecourse::tool
