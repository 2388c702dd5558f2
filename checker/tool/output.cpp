#include "checker/tool/output.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace racecourse::tool {
namespace {

std::string failure(const std::string& name) {
  return "could not write " + name + ": " + std::strerror(errno) + ".";
}

} // namespace

std::string writeAll(int descriptor, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t written_bytes = ::write(descriptor, text.data(), text.size());
    if (written_bytes < 0 && errno == EINTR) continue;
    if (written_bytes < 0) return failure(name);
    text.remove_prefix(static_cast<std::size_t>(written_bytes));
  }
  return "";
}

std::string writeFile(const std::string& path, std::string_view text) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return failure("'" + path + "'");
  std::string problem = writeAll(descriptor, text, "'" + path + "'");
  // Some file systems tell of a full disk only here.
  if (::close(descriptor) != 0 && problem.empty()) problem = failure("'" + path + "'");
  return problem;
}

std::string tryFile(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) return failure("'" + path + "'");
  ::close(descriptor);
  return "";
}

} // namespace racecourse::tool
