// What the nearest `.racecourse.yaml` above a source settles for its analysis, so that an editor knows the locks and threads
// that `racecourse check` knows: `models`, `locks` and `thread-roots`. The other keys are about reports of whole programs.
//
// Any thread may ask. Read again when the file, or a models file that it names, has changed on the disk; otherwise the cost
// is a look at their times.
#pragma once

#include "checker/frontend/models.h"

#include <memory>
#include <string>
#include <vector>

namespace racecourse::tidy {

struct ProjectSettings {
  std::string problem; ///< a sentence when something in the files is wrong; then there are no models
  std::shared_ptr<const frontend::Models> models;
  std::vector<std::string> thread_roots;
};

/// Never null. Without a config: the compiled-in models.
std::shared_ptr<const ProjectSettings> settingsFor(const std::string& main_file);

} // namespace racecourse::tidy
