#include "checker/tool/compile_commands.h"

#include "checker/tool/project_root.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace racecourse::tool {
namespace {

namespace fs = std::filesystem;

class Project : public testing::Test {
protected:
  Project() {
    std::string name = (fs::temp_directory_path() / "racecourse-tool-XXXXXX").string();
    root_ = fs::canonical(::mkdtemp(name.data())).string();
  }
  ~Project() override { fs::remove_all(root_); }

  std::string put(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(root_ + "/" + path).parent_path());
    std::ofstream(root_ + "/" + path) << text;
    return root_ + "/" + path;
  }

  /// A database in `folder` of one command per (file, flag).
  std::string database(const std::string& folder,
                       const std::vector<std::pair<std::string, std::string>>& commands) {
    std::string text = "[";
    for (const auto& [file, flag] : commands) {
      put(file, "");
      text += (text.size() > 1 ? ",\n" : "") + std::string(R"({"directory":")") + root_ + R"(","file":")" +
              file + R"(","arguments":["c++",")" + flag + R"(","-c",")" + file + R"("]})";
    }
    return put((folder.empty() ? "" : folder + "/") + "compile_commands.json", text + "]");
  }

  std::vector<std::string> filesOf(OrRefusal<CompileCommands> commands) {
    std::vector<std::string> files;
    if (!commands) return {commands.refusal().sentence};
    for (const auto& command : commands->commands)
      files.push_back(fs::relative(command.file, root_).string());
    return files;
  }

  std::string root_;
};

using Files = std::vector<std::string>;

TEST_F(Project, FindsTheNearestDatabase) {
  const std::string far = database("", {{"a.cpp", "-DA"}});
  const std::string near = database("sub/build", {{"b.cpp", "-DA"}});
  fs::create_directories(root_ + "/sub/src/deep");
  EXPECT_EQ(findDatabase(root_ + "/sub/src/deep"), near);
  EXPECT_EQ(findDatabase(root_), far);
}

TEST_F(Project, LooksOneLevelBelowBuildFolders) {
  const std::string deep = database("build/release", {{"a.cpp", "-DA"}});
  EXPECT_EQ(findDatabase(root_), deep);
}

TEST_F(Project, OfSeveralTheNewest) {
  const std::string older = database("build-a", {{"a.cpp", "-DA"}});
  const std::string newer = database("build-b", {{"a.cpp", "-DA"}});
  fs::last_write_time(older, fs::file_time_type::clock::now() - std::chrono::hours(1));
  EXPECT_EQ(findDatabase(root_), newer);
  fs::last_write_time(newer, fs::file_time_type::clock::now() - std::chrono::hours(2));
  EXPECT_EQ(findDatabase(root_), older);
}

TEST_F(Project, IgnoresOtherFolders) {
  database("third_party", {{"a.cpp", "-DA"}});
  EXPECT_NE(findDatabase(root_), root_ + "/third_party/compile_commands.json");
}

TEST_F(Project, OneUnitPerFileAndDistinctCommand) {
  const std::string path =
      database("build", {{"b.cpp", "-DX"}, {"a.cpp", "-DA"}, {"b.cpp", "-DY"}, {"b.cpp", "-DX"}});
  EXPECT_EQ(filesOf(loadDatabase(path, {}, root_)), (Files{"a.cpp", "b.cpp", "b.cpp"}));
}

TEST_F(Project, PathsChooseUnits) {
  const std::string path =
      database("build", {{"src/a.cpp", "-DA"}, {"src/net/b.cpp", "-DA"}, {"src/network/c.cpp", "-DA"}});
  EXPECT_EQ(filesOf(loadDatabase(path, {"src/net"}, root_)), Files{"src/net/b.cpp"});
  EXPECT_EQ(filesOf(loadDatabase(path, {"net/", "a.cpp"}, root_ + "/src")),
            (Files{"src/a.cpp", "src/net/b.cpp"}));
  EXPECT_EQ(filesOf(loadDatabase(path, {root_}, "/")).size(), 3u);
}

TEST_F(Project, PathsThroughSymbolicLinksChooseTheSame) {
  const std::string path = database("build", {{"src/a.cpp", "-DA"}});
  fs::create_directory_symlink(root_ + "/src", root_ + "/link");
  EXPECT_EQ(filesOf(loadDatabase(path, {"link/a.cpp"}, root_)), Files{"src/a.cpp"});
}

TEST_F(Project, SourcesOfAFolder) {
  put("src/a.cpp", "");
  put("src/deep/b.c", "");
  put("src/c.h", "");
  put("src/notes.txt", "");
  EXPECT_EQ(filesOf(directCommands({"src"}, {}, root_)), (Files{"src/a.cpp", "src/deep/b.c"}));
  EXPECT_EQ(filesOf(directCommands({"src", "src/a.cpp"}, {}, root_)), (Files{"src/a.cpp", "src/deep/b.c"}));
}

TEST_F(Project, RootIsMarked) {
  fs::create_directories(root_ + "/sub/deep");
  EXPECT_EQ(projectRoot(root_ + "/sub/deep"), root_ + "/sub/deep");
  put("sub/.racecourse.yaml", "");
  EXPECT_EQ(projectRoot(root_ + "/sub/deep"), root_ + "/sub");
}

TEST(AbsolutePath, IsNormal) {
  EXPECT_EQ(absolutePath("a/../b/./c/", "/p"), "/p/b/c");
  EXPECT_EQ(absolutePath("/x//y", "/p"), "/x/y");
  EXPECT_EQ(absolutePath(".", "/p"), "/p");
  EXPECT_EQ(absolutePath("..", "/p"), "/");
}

} // namespace
} // namespace racecourse::tool
