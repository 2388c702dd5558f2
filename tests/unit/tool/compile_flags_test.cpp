#include "checker/tool/compile_flags.h"

#include <gtest/gtest.h>

namespace racecourse::tool {
namespace {

using Words = std::vector<std::string>;

Words parsing(Words arguments, std::set<std::string>* removed = nullptr) {
  std::set<std::string> ignored;
  return parsingArguments(std::move(arguments), "a.cpp", removed ? *removed : ignored);
}

TEST(CompileFlags, KeepsWhatDecidesTheMeaning) {
  const Words command = {"c++",   "-std=c++20", "-Iinc",         "-isystem", "/opt/x",    "-DNAME=1",
                         "-UOLD", "-include",   "pre.h",         "-pthread", "-fno-rtti", "-march=x86-64",
                         "-O2",   "-Wall",      "-fsyntax-only", "a.cpp"};
  EXPECT_EQ(parsing(command), command);
}

TEST(CompileFlags, TakesOutWhatClangDoesNotKnow) {
  std::set<std::string> removed;
  EXPECT_EQ(parsing({"g++", "-fconserve-stack", "-fno-such-thing-in-clang", "-DA",
                     "-mindirect-branch-register", "a.cpp"},
                    &removed),
            (Words{"g++", "-DA", "a.cpp", "-fsyntax-only"}));
  EXPECT_EQ(removed, (std::set<std::string>{"-fconserve-stack", "-fno-such-thing-in-clang",
                                            "-mindirect-branch-register"}));
}

TEST(CompileFlags, KnowsWhatIsAFlagsValue) {
  // Neither value is a flag, although both look like one or like a source.
  const Words command = {"g++", "-D", "-fconserve-stack", "-I", "-fanalyzer", "-fsyntax-only", "a.cpp"};
  EXPECT_EQ(parsing(command), command);
}

TEST(CompileFlags, TakesOutWhatMustNotBeObeyed) {
  std::set<std::string> removed;
  EXPECT_EQ(parsing({"g++", "-Werror", "-Werror=return-type", "-pedantic-errors", "-fplugin=gcc.so",
                     "-fprofile-use=p", "a.cpp"},
                    &removed),
            (Words{"g++", "a.cpp", "-fsyntax-only"}));
  EXPECT_EQ(removed.size(), 5u);
}

TEST(CompileFlags, TakesOutOutputs) {
  EXPECT_EQ(parsing({"c++", "-c", "-o", "a.o", "-MD", "-MF", "a.d", "-MT", "a.o", "a.cpp"}),
            (Words{"c++", "a.cpp", "-fsyntax-only"}));
}

TEST(CompileFlags, KeepsTheSourceOfAPrecompiledHeader) {
  EXPECT_EQ(parsing({"c++", "-Xclang", "-include-pch", "-Xclang", "p.pch", "-Xclang", "-include", "-Xclang",
                     "p.hxx", "a.cpp"}),
            (Words{"c++", "-Xclang", "-include", "-Xclang", "p.hxx", "a.cpp", "-fsyntax-only"}));
}

TEST(CompileFlags, SurvivesAnEmptyCommand) {
  EXPECT_EQ(parsing({}), Words{});
}

TEST(CompileFlags, ToldByTheEnding) {
  EXPECT_EQ(languageOf("a.c"), Language::C);
  EXPECT_EQ(languageOf("a.cc"), Language::Cxx);
  EXPECT_EQ(languageOf("a.C"), Language::Cxx);
  EXPECT_EQ(languageOf("dir.c/a.S"), Language::Other);
  EXPECT_EQ(languageOf("a.rs"), Language::Other);
}

TEST(CompileFlags, AStandardIsForItsLanguage) {
  const Words flags = {"-std=c++20", "-std=gnu11", "-Iinc"};
  const Words c = directArguments(flags, "/p/b.c"), cxx = directArguments(flags, "/p/a.cpp");
  EXPECT_EQ(Words(c.begin() + 1, c.end()), (Words{"-std=gnu11", "-Iinc", "/p/b.c"}));
  EXPECT_EQ(Words(cxx.begin() + 1, cxx.end()), (Words{"-std=c++20", "-Iinc", "/p/a.cpp"}));
}

} // namespace
} // namespace racecourse::tool
