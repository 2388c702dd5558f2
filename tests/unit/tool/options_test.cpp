#include "checker/tool/command_line.h"

#include "checker/tool/rules.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace racecourse::tool {
namespace {

OrRefusal<Options> parse(std::vector<const char*> words) {
  words.insert(words.begin(), {"racecourse", "check"});
  OrRefusal<CommandLine> line = parseCommandLine(static_cast<int>(words.size()), words.data());
  return line ? OrRefusal<Options>(line->check) : OrRefusal<Options>(line.refusal());
}

Options parsed(std::vector<const char*> words) {
  OrRefusal<Options> options = parse(std::move(words));
  if (options) return *options;
  ADD_FAILURE() << options.refusal().sentence;
  return {};
}

TEST(Options, Defaults) {
  const Options options = parsed({});
  EXPECT_FALSE(options.direct_flags);
  ASSERT_EQ(options.outputs.size(), 1u);
  EXPECT_EQ(options.outputs[0].format, Format::Text);
  EXPECT_EQ(options.least_confidence, analysis::Confidence::Medium);
  EXPECT_EQ(options.fail_level, analysis::Severity::Warning);
  for (const Rule& rule : rules())
    EXPECT_EQ(options.rules.contains(rule.id), rule.id.starts_with("racecourse-") ||
                                                    rule.id == "racestyle-suppression-hygiene")
        << rule.id;
}

TEST(Options, TheCompilersFlagsAreNotOurs) {
  const Options options = parsed({"a.cpp", "-v", "--", "-j", "--format", "--", "-p"});
  EXPECT_EQ(options.paths, std::vector<std::string>{"a.cpp"});
  EXPECT_TRUE(options.verbose);
  EXPECT_EQ(options.direct_flags, (std::vector<std::string>{"-j", "--format", "--", "-p"}));
}

TEST(Options, OptionsTakeNoPaths) {
  const Options options =
      parsed({"--profile", "a.cpp", "--format", "json", "b.cpp", "--models", "m.yaml", "c.cpp", "--"});
  EXPECT_EQ(options.paths, (std::vector<std::string>{"a.cpp", "b.cpp", "c.cpp"}));
  EXPECT_TRUE(options.profile);
  EXPECT_EQ(options.profile_file, "");
  EXPECT_EQ(options.models, std::vector<std::string>{"m.yaml"});
}

TEST(Options, ProfileIntoAFile) {
  const Options options = parsed({"--profile=p.json"});
  EXPECT_TRUE(options.profile);
  EXPECT_EQ(options.profile_file, "p.json");
}

TEST(Options, SeveralFormats) {
  const Options options = parsed({"--format", "text", "--format", "json=a=b.json"});
  ASSERT_EQ(options.outputs.size(), 2u);
  EXPECT_EQ(options.outputs[1].format, Format::Json);
  EXPECT_EQ(options.outputs[1].file, "a=b.json");
}

TEST(Options, RulesThatTakeAwayStartWithAll) {
  const Options options = parsed({"--rules", "-racecourse-lock-*"});
  EXPECT_TRUE(options.rules.contains("racecourse-check-then-act"));
  EXPECT_FALSE(options.rules.contains("racecourse-lock-leak"));
}

TEST(Options, MistakesAreUsageErrorsWithASentence) {
  const std::vector<std::vector<const char*>> mistakes = {{"--nonsense"},
                                                          {"--format", "xml"},
                                                          {"--format", "json="},
                                                          {"--format", "json", "--format", "text"},
                                                          {"--rules", ""},
                                                          {"--rules", "no-such-*"},
                                                          {"-j", "0"},
                                                          {"-j", "many"},
                                                          {"--confidence", "1"},
                                                          {"--fail-level", "fatal"},
                                                          {"-p"},
                                                          {"--from-model"},
                                                          {"--", "-Iinc"},
                                                          {"-p", "b", "a.cpp", "--"},
                                                          {"--dump-model", "--dump-state"},
                                                          {"--dump-model", "--format", "json"}};
  for (const auto& words : mistakes) {
    OrRefusal<Options> options = parse(words);
    ASSERT_FALSE(options) << words.front();
    EXPECT_EQ(options.refusal().exit_code, kExitUsage) << words.front();
    EXPECT_FALSE(options.refusal().sentence.empty()) << words.front();
  }
}

TEST(Options, AVerbIsNeeded) {
  const char* words[] = {"racecourse"};
  EXPECT_EQ(parseCommandLine(1, words).refusal().exit_code, kExitUsage);
}

TEST(Rules, AreSorted) {
  EXPECT_TRUE(std::is_sorted(rules().begin(), rules().end(),
                             [](const Rule& a, const Rule& b) { return a.id < b.id; }));
}

} // namespace
} // namespace racecourse::tool
