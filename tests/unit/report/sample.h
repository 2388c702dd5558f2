// A program with a file table and one finding of two threads, for the tests of this room.
#pragma once

#include "checker/report/report.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace racecourse::report::test {

/// A folder of its own for one test, gone at its end.
class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "racecourse-report-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path() const { return path_; }
  std::string put(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
    return path_ + "/" + name;
  }

private:
  std::string path_;
};

inline model::Unit programWithFiles(std::vector<std::string> paths) {
  model::Unit program;
  for (std::string& path : paths)
    program.files.push_back({std::move(path), false});
  return program;
}

inline model::Place place(std::size_t file, unsigned line, unsigned column) {
  return {model::FileId(file), line, column};
}

/// balance_ in files[0], written by two threads; the main thread holds mu_.
inline analysis::Finding balanceRace() {
  analysis::Finding finding;
  finding.rule = "racecourse-unguarded-shared-data";
  finding.place = place(0, 2, 3);
  finding.message = "Account::balance_ is written without mu_";
  finding.traces = {
      {"main thread",
       {{place(0, 1, 1), "calls Account::audit", {}}, {place(0, 3, 3), "reads balance_ here", {"mu_"}}}},
      {"thread worker()",
       {{place(1, 8, 2), "spawned here", {}}, {place(0, 2, 3), "writes balance_ here", {}}}}};
  finding.notes = {"3 of 4 accesses hold mu_"};
  finding.identity = "race Account::balance_ worker main";
  return finding;
}

} // namespace racecourse::report::test
