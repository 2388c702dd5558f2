#include "checker/tool/project_root.h"

#include <filesystem>

namespace racecourse::tool {

std::string projectRoot(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  for (fs::path here = folder; !here.empty(); here = here.parent_path()) {
    if (fs::exists(here / ".racecourse.yaml", error) || fs::exists(here / ".git", error))
      return here.string();
    if (here == here.root_path()) break;
  }
  return folder;
}

} // namespace racecourse::tool
