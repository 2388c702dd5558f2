#include "checker/tool/output.h"

#include <cerrno>
#include <cstdio>
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

std::string replaceFile(const std::string& path, std::string_view text) {
  // Beside it, since a rename does not cross file systems; named after the process, since two may run at once.
  const std::string part = path + "." + std::to_string(::getpid()) + ".part";
  std::string problem = writeFile(part, text);
  if (problem.empty() && ::rename(part.c_str(), path.c_str()) != 0) problem = failure("'" + path + "'");
  if (!problem.empty()) ::unlink(part.c_str());
  return problem;
}

OrRefusal<std::string> readFile(const std::string& path) {
  const auto refusal = [&] {
    return Refusal{kExitUsage, "could not read '" + path + "': " + std::strerror(errno) + "."};
  };
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return refusal();
  std::string text;
  char part[1 << 16];
  ssize_t got_bytes = 0;
  while ((got_bytes = ::read(descriptor, part, sizeof part)) != 0) {
    if (got_bytes > 0) {
      text.append(part, static_cast<std::size_t>(got_bytes));
    } else if (errno != EINTR) {
      const Refusal why = refusal();
      ::close(descriptor);
      return why;
    }
  }
  ::close(descriptor);
  return text;
}

} // namespace racecourse::tool
