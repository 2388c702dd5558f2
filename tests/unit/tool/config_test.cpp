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
  EXPECT_TRUE(config->exclude.empty() && config->models.empty() && config->thread_roots.empty());
  for (const std::string& key : configKeys())
    EXPECT_TRUE(std::regex_search(initialConfig(), std::regex("(^|\n)(# )?" + key + ":"))) << key;
  const std::string all = std::regex_replace(initialConfig(), std::regex("(^|\n)# ([a-z-]+:|  - )"), "$1$2");
  OrRefusal<Config> full = parseConfig(all, "/p/.racecourse.yaml");
  ASSERT_TRUE(full) << full.refusal().sentence;
  EXPECT_TRUE(full->compile_db && full->rules && full->confidence && full->fail_level && full->baseline);
  EXPECT_FALSE(full->exclude.empty() || full->models.empty() || full->thread_roots.empty());
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
  OrRefusal<Config> config =
      parseConfig("exclude: ['third party/*']\nthread-roots: ['a::b(int)']\nbaseline: 'x: y.json'\n",
                  "/p/.racecourse.yaml");
  ASSERT_TRUE(config);
  OrRefusal<Config> again = parseConfig(showConfig(*config), "/p/.racecourse.yaml");
  ASSERT_TRUE(again) << again.refusal().sentence;
  EXPECT_EQ(again->exclude, config->exclude);
  EXPECT_EQ(again->thread_roots, config->thread_roots);
  EXPECT_EQ(again->baseline, config->baseline);
}

} // namespace
} // namespace racecourse::tool
