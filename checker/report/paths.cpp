#include "checker/report/paths.h"

namespace racecourse::report {

std::string displayPath(std::string_view path, std::string_view root) {
  if (root == "/" || root.empty()) return std::string(path);
  if (path.size() > root.size() + 1 && path.substr(0, root.size()) == root && path[root.size()] == '/')
    return std::string(path.substr(root.size() + 1));
  return std::string(path);
}

std::string withoutRoot(std::string_view text, std::string_view root) {
  if (root == "/" || root.empty()) return std::string(text);
  const std::string prefix = std::string(root) + "/";
  std::string result;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(prefix, from)) != std::string_view::npos; from = at + prefix.size())
    result += text.substr(from, at - from);
  result += text.substr(from);
  return result;
}

} // namespace racecourse::report
