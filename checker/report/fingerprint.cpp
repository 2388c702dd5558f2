#include "checker/report/fingerprint.h"

#include "checker/report/paths.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/SHA256.h>

#include <array>
#include <unordered_map>

namespace racecourse::report {

std::vector<std::string> fingerprints(const std::vector<analysis::Finding>& findings, std::string_view root) {
  std::unordered_map<std::string, unsigned> seen_count;
  std::vector<std::string> result;
  for (const analysis::Finding& finding : findings) {
    // Internal linkage puts the unit's path into an identity; two checkouts must still agree.
    std::string identity = finding.rule + '\n' + withoutRoot(finding.identity, root);
    const unsigned ordinal = ++seen_count[identity];
    // The first of a kind keeps its name when a second one appears.
    if (ordinal > 1) identity += "\n#" + std::to_string(ordinal);
    const auto digest = llvm::SHA256::hash(
        llvm::ArrayRef(reinterpret_cast<const std::uint8_t*>(identity.data()), identity.size()));
    result.push_back(llvm::toHex(llvm::ArrayRef(digest.data(), 16), /*LowerCase=*/true));
  }
  return result;
}

} // namespace racecourse::report
