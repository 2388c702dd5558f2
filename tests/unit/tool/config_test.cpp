// The config, its schema and what `racecourse init` writes say the same.
#include "checker/tool/config.h"

#include "checker/tool/init_verb.h"
#include "checker/tool/options.h"

#include <gtest/gtest.h>
#include <llvm/Support/JSON.h>

#include <fstream>
#include <regex>
#include <sstream>

namespace racecourse::tool {
namespace {

llvm::json::Object schema() {
  std::ifstream in(RACECOURSE_SOURCE_ROOT "/docs/schemas/config.schema.json");
  std::stringstream text;
  text << in.rdbuf();
  auto value = llvm::json::parse(text.str());
  if (!value || value->getAsObject() == nullptr) {
    ADD_FAILURE() << "the schema is no JSON object";
    return {};
  }
  return *value->getAsObject();
}

std::string refusalOf(const std::string& text) {
  OrRefusal<Config> config = parseConfig(text, "/p/.racecourse.yaml");
  return config ? "" : config.refusal().sentence;
}

TEST(Config, SchemaAndParserKnowTheSameKeys) {
  const llvm::json::Object described = schema();
  EXPECT_EQ(described.getBoolean("additionalProperties"), false);
  std::vector<std::string> keys;
  for (const auto& [key, value] : *described.getObject("properties"))
    keys.push_back(key.str());
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(keys, configKeys());
}

TEST(Config, SchemaAndParserTakeTheSameValues) {
  const llvm::json::Object described = schema();
  const llvm::json::Object& properties = *described.getObject("properties");
  for (const llvm::json::Value& level : *properties.getObject("fail-level")->getArray("enum")) {
    analysis::Severity severity;
    EXPECT_EQ(parseFailLevel(level.getAsString()->str(), severity), "");
  }
  for (const llvm::json::Value& word : *properties.getObject("confidence")->getArray("enum")) {
    analysis::Confidence confidence;
    EXPECT_EQ(parseConfidence(word.getAsString()->str(), confidence), "");
  }
  for (const auto& [key, value] : properties) {
    const auto type = value.getAsObject()->getString("type");
    const std::string name = key.str();
    if (name == "locks") continue; // LocksAreDeclaredInALine
    if (type == "array") {
      EXPECT_EQ(refusalOf(name + ": [a, b]\n"), "") << name;
      EXPECT_NE(refusalOf(name + ": {a: b}\n"), "") << name;
    } else if (type == "string") {
      EXPECT_EQ(refusalOf(name + ": word\n"), "") << name;
      EXPECT_NE(refusalOf(name + ": [a]\n"), "") << name;
    }
  }
}

TEST(Config, WhatInitWritesIsEmptyAndExplainsEveryKey) {
  OrRefusal<Config> config = parseConfig(initialConfig(), "/p/.racecourse.yaml");
  ASSERT_TRUE(config) << config.refusal().sentence;
  EXPECT_FALSE(config->compile_db || config->rules || config->confidence || config->fail_level ||
               config->baseline);
  EXPECT_TRUE(config->exclude.empty() && config->models.empty() && config->thread_roots.empty() &&
              config->locks.empty());
  for (const std::string& key : configKeys())
    EXPECT_TRUE(std::regex_search(initialConfig(), std::regex("(^|\n)(# )?" + key + ":"))) << key;
  const std::string all = std::regex_replace(initialConfig(), std::regex("(^|\n)# ([a-z-]+:|  - )"), "$1$2");
  OrRefusal<Config> full = parseConfig(all, "/p/.racecourse.yaml");
  ASSERT_TRUE(full) << full.refusal().sentence;
  EXPECT_TRUE(full->compile_db && full->rules && full->confidence && full->fail_level && full->baseline);
  EXPECT_FALSE(full->exclude.empty() || full->models.empty() || full->thread_roots.empty() ||
               full->locks.empty());
}

/// The entries of a models file that a declaration becomes.
std::string modelsOf(const std::string& declaration) {
  OrRefusal<Config> config = parseConfig("locks:\n  - " + declaration + "\n", "/p/.racecourse.yaml");
  return config ? lockModels(config->locks) : config.refusal().sentence;
}

TEST(Config, LocksAreDeclaredInALine) {
  EXPECT_EQ(
      modelsOf("{class: our::Spin, kind: spin, acquire: take, release: [drop, give], try: try_take}"),
      "types:\n"
      "  - {names: [\"our::Spin\"], class: lock, lock: spin}\n"
      "functions:\n"
      "  - {of: [\"our::Spin\"], members: [\"take\"], role: acquire}\n"
      "  - {of: [\"our::Spin\"], members: [\"drop\", \"give\"], role: release}\n"
      "  - {of: [\"our::Spin\"], members: [\"try_take\"], role: acquire, flavour: try, success: non-zero}\n");
  EXPECT_EQ(modelsOf("{acquire: our_lock, release: our_unlock, try: our_try, success: zero, argument: 1}"),
            "functions:\n"
            "  - {names: [\"our_lock\"], subject: 1, role: acquire}\n"
            "  - {names: [\"our_unlock\"], subject: 1, role: release}\n"
            "  - {names: [\"our_try\"], subject: 1, role: acquire, flavour: try, success: zero}\n");
  // A class alone has the members of the standard's locks.
  EXPECT_EQ(
      modelsOf("{class: [A, B], kind: recursive, guard: G}"),
      "types:\n"
      "  - {names: [\"A\", \"B\"], class: lock, lock: recursive}\n"
      "  - {names: [\"G\"], class: guard}\n"
      "functions:\n"
      "  - {of: [\"A\", \"B\"], members: [\"lock\"], role: acquire}\n"
      "  - {of: [\"A\", \"B\"], members: [\"unlock\"], role: release}\n"
      "  - {of: [\"A\", \"B\"], members: [\"try_lock\"], role: acquire, flavour: try, success: non-zero}\n");
  // Several at once: no kind needs to be named.
  EXPECT_EQ(modelsOf("{type: our_rw, acquire-shared: rw_read, release: rw_done}"),
            "types:\n"
            "  - {names: [\"our_rw\"], class: lock, lock: shared}\n"
            "functions:\n"
            "  - {names: [\"rw_done\"], subject: 0, role: release}\n"
            "  - {names: [\"rw_read\"], subject: 0, role: acquire, mode: shared}\n");
}

TEST(Config, MistakesInLocksAreSentences) {
  EXPECT_EQ(
      modelsOf("{kind: spin}"),
      "/p/.racecourse.yaml:2:6: a lock needs its 'class', or the functions that 'acquire' and 'release' it");
  EXPECT_EQ(modelsOf("{class: A, aquire: take, release: drop}"),
            "/p/.racecourse.yaml:2:6: unknown key 'aquire'");
  for (const auto& [declaration, says] : std::vector<std::pair<std::string, std::string>>{
           {"{class: A, kind: spinn}", "mutex, recursive, shared or spin, not 'spinn'"},
           {"{acquire: a}", "'release' is missing"},
           {"{release: a}", "'acquire' is missing"},
           {"{class: A, acquire-shared: a, release-shared: b, kind: mutex}", "kind shared"},
           {"{class: A, acquire-shared: a}", "'release-shared' is missing"},
           {"{class: A, type: B}", "only one of them"},
           {"{class: A, argument: 1}", "'argument' is for functions"},
           {"{class: A, acquire: 'A::lock', release: unlock}", "the member alone"},
           {"{acquire: 'a(int)', release: b}", "'a(int)' is no name"},
           {"{acquire: a, release: b, success: zero}", "there is no 'try'"},
           {"{acquire: a, release: b, try: c, success: one}", "not 'one'"},
           {"{class: A, acquire: {x: y}, release: b}", "a name or a list of names"},
           {"{acquire: a, release: b}\n  - {acquire: a, release: c}", "'a' has been declared already"},
       }) {
    const std::string said = modelsOf(declaration);
    EXPECT_NE(said.find(says), std::string::npos) << declaration << ": " << said;
    EXPECT_EQ(said.rfind("/p/.racecourse.yaml:", 0), 0u) << said;
  }
}

TEST(Config, PathsAreThoseOfItsFolder) {
  OrRefusal<Config> config = parseConfig(
      "compile-db: out\nbaseline: sub/known.json\nmodels: [our.yaml, /abs.yaml]\n", "/p/.racecourse.yaml");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->compile_db, "/p/out");
  EXPECT_EQ(config->baseline, "/p/sub/known.json");
  EXPECT_EQ(config->models, (std::vector<std::string>{"/p/our.yaml", "/abs.yaml"}));
}

TEST(Config, MistakesHaveFileLineAndColumn) {
  EXPECT_EQ(refusalOf("version: 1\n\nfail-levle: error\n"),
            "/p/.racecourse.yaml:3:1: unknown key 'fail-levle'");
  EXPECT_EQ(refusalOf("  fail-level: [error]\n").rfind("/p/.racecourse.yaml:1:", 0), 0u);
  EXPECT_EQ(refusalOf("exclude: [\n").rfind("/p/.racecourse.yaml:", 0), 0u);
  EXPECT_EQ(refusalOf("version: 2\n"),
            "/p/.racecourse.yaml: version 2 is newer than this tool, which knows version 1.");
  EXPECT_NE(refusalOf("- a\n- b\n"), "");
  EXPECT_EQ(refusalOf("# nothing\n"), "");
  EXPECT_EQ(refusalOf(""), "");
}

TEST(Config, ShownAndReadBack) {
  OrRefusal<Config> config = parseConfig(
      "exclude: ['third party/*']\nthread-roots: ['a::b(int)']\nbaseline: 'x: y.json'\n"
      "locks: [{class: [our::A, B], acquire: a, release: b}, {acquire: c, release: d, argument: 2}]\n",
      "/p/.racecourse.yaml");
  ASSERT_TRUE(config);
  OrRefusal<Config> again = parseConfig(showConfig(*config), "/p/.racecourse.yaml");
  ASSERT_TRUE(again) << again.refusal().sentence;
  EXPECT_EQ(again->exclude, config->exclude);
  EXPECT_EQ(again->thread_roots, config->thread_roots);
  EXPECT_EQ(again->baseline, config->baseline);
  EXPECT_EQ(again->locks, config->locks);
  EXPECT_EQ(again->locks.size(), 2u);
}

} // namespace
} // namespace racecourse::tool
