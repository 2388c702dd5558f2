// SARIF, GitHub, GitLab and JUnit: what their readers rely on. That SARIF fits the standard's schema is tested from
// outside (tests/doors).
#include "checker/report/ci_reports.h"
#include "checker/report/fingerprint.h"
#include "checker/report/sarif_report.h"
#include "checker/report/source_text.h"
#include "checker/report/yaml_fixes.h"

#include "tests/unit/report/sample.h"

#include <gtest/gtest.h>
#include <llvm/Support/JSON.h>

namespace racecourse::report {
namespace {

class MachineFormats : public ::testing::Test {
protected:
  MachineFormats() {
    report_.selection.findings = {test::balanceRace()};
    report_.coverage.failed_units = 1;
    report_.coverage.failures = {"/p/src/broken.cpp: it did not compile"};
  }

  llvm::json::Value parsed(const std::string& text) {
    auto value = llvm::json::parse(text);
    if (value) return std::move(*value);
    ADD_FAILURE() << llvm::toString(value.takeError());
    return nullptr;
  }

  const model::Unit program_ = test::programWithFiles({"/p/src/my account.cpp", "/elsewhere/main.cpp"});
  Report report_{program_, {}, {}, "/p", "0.1.0"};
  SourceText sources_;
  const std::vector<RuleHelp> rules_ = {
      {"racecourse-unguarded-shared-data", "Says so.", "error", "## Why\n"}};
};

TEST_F(MachineFormats, SarifHasOneThreadFlowPerThreadAndLinks) {
  analysis::Finding silenced = test::balanceRace();
  silenced.identity = "another";
  report_.selection.suppressed = {silenced};
  const auto value = parsed(sarifReport(report_, rules_, sources_));
  const llvm::json::Object& run = *(*value.getAsObject()->getArray("runs"))[0].getAsObject();
  const llvm::json::Array& results = *run.getArray("results");
  ASSERT_EQ(results.size(), 2u);
  const llvm::json::Object& result = *results[0].getAsObject();
  EXPECT_EQ(result.getString("ruleId"), "racecourse-unguarded-shared-data");
  EXPECT_EQ(result.getInteger("ruleIndex"), 0);
  const llvm::json::Object& flow = *(*result.getArray("codeFlows"))[0].getAsObject();
  EXPECT_EQ(flow.getArray("threadFlows")->size(), report_.selection.findings[0].traces.size());
  EXPECT_NE(result.getObject("message")->getString("text")->find("](1)"), llvm::StringRef::npos);
  EXPECT_EQ(result.getArray("relatedLocations")->size(), 2u);
  const llvm::json::Object& physical =
      *(*result.getArray("locations"))[0].getAsObject()->getObject("physicalLocation");
  EXPECT_EQ(physical.getObject("artifactLocation")->getString("uri"), "src/my%20account.cpp");
  EXPECT_EQ(physical.getObject("region")->getInteger("startLine"), 2);
  EXPECT_EQ(result.getObject("partialFingerprints")->getString("racecourse/v1"),
            fingerprints(report_.selection.findings, "/p").front());
  EXPECT_EQ(result.getArray("suppressions"), nullptr);
  EXPECT_NE(results[1].getAsObject()->getArray("suppressions"), nullptr);
}

TEST_F(MachineFormats, SarifFixesSayWhatIsTakenOutAndPutIn) {
  const test::TemporaryFolder folder;
  const std::string file = folder.put("a.cpp", "int a;\r\n/* \xC3\xA9 */ old\nlines;\nrest\n");
  // From the word behind the accent to the middle of the next line.
  const Fix fix{true, "renames [it]", {{file, 2, 10, 17, 9, "new"}}};
  report_.root = folder.path();
  report_.fixes = {{fix, {false, "or not", {{file, 1, 1, 0, 0, "x"}}}}};
  const auto value = parsed(sarifReport(report_, rules_, sources_));
  const llvm::json::Object& run = *(*value.getAsObject()->getArray("runs"))[0].getAsObject();
  const llvm::json::Array& fixes = *(*run.getArray("results"))[0].getAsObject()->getArray("fixes");
  ASSERT_EQ(fixes.size(), 2u);
  EXPECT_EQ(fixes[0].getAsObject()->getObject("description")->getString("text"), "renames \\[it\\]");
  const llvm::json::Object& change = *(*fixes[0].getAsObject()->getArray("artifactChanges"))[0].getAsObject();
  EXPECT_EQ(change.getObject("artifactLocation")->getString("uri"), "a.cpp");
  const llvm::json::Object& replacement = *(*change.getArray("replacements"))[0].getAsObject();
  const llvm::json::Object& region = *replacement.getObject("deletedRegion");
  EXPECT_EQ(region.getInteger("startLine"), 2);
  EXPECT_EQ(region.getInteger("startColumn"), 9); // UTF-16: the accent is one
  EXPECT_EQ(region.getInteger("endLine"), 3);
  EXPECT_EQ(region.getInteger("endColumn"), 6);
  EXPECT_EQ(region.getInteger("byteOffset"), 17);
  EXPECT_EQ(region.getInteger("byteLength"), 9);
  EXPECT_EQ(replacement.getObject("insertedContent")->getString("text"), "new");
}

TEST_F(MachineFormats, YamlFixesHoldOnlyWhatIsSafe) {
  const Edit edit{"/p/a.cpp", 1, 1, 0, 3, "x"};
  report_.fixes = {{{false, "perhaps", {edit}}, {true, "surely", {edit, edit}}}};
  std::string text = yamlFixesReport(report_, sources_);
  EXPECT_NE(text.find("DiagnosticName:  racecourse-unguarded-shared-data"), std::string::npos) << text;
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find("ReplacementText:", at)) != std::string::npos; ++at)
    ++count;
  EXPECT_EQ(count, 2u);
  report_.fixes = {{{false, "perhaps", {edit}}}};
  EXPECT_EQ(yamlFixesReport(report_, sources_).find("ReplacementText:"), std::string::npos);
  report_.fixes.clear();
  report_.selection.findings.clear();
  EXPECT_NE(yamlFixesReport(report_, sources_).find("Diagnostics:     []"), std::string::npos);
}

TEST_F(MachineFormats, SarifSaysWhatWasNotAnalysed) {
  const auto value = parsed(sarifReport(report_, rules_, sources_));
  const llvm::json::Object& run = *(*value.getAsObject()->getArray("runs"))[0].getAsObject();
  const llvm::json::Object& invocation = *(*run.getArray("invocations"))[0].getAsObject();
  EXPECT_EQ(invocation.getBoolean("executionSuccessful"), false);
  const auto text =
      (*invocation.getArray("toolExecutionNotifications"))[0].getAsObject()->getObject("message")->getString(
          "text");
  EXPECT_EQ(text, "not analysed: src/broken.cpp: it did not compile");
}

TEST_F(MachineFormats, GithubCommandsStayOnOneLine) {
  report_.selection.findings[0].message = "50% of\nit, really: yes";
  const std::string text = githubReport(report_);
  EXPECT_TRUE(text.starts_with(
      "::warning file=src/my account.cpp,line=2,col=3,title=racecourse-unguarded-shared-data::"
      "50%25 of%0Ait, really: yes"))
      << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_NE(text.find("::error title=not analysed::src/broken.cpp: it did not compile\n"), std::string::npos);
}

TEST_F(MachineFormats, GitlabIssuesHaveWhatTheWidgetNeeds) {
  const auto value = parsed(gitlabReport(report_));
  const llvm::json::Array& issues = *value.getAsArray();
  ASSERT_EQ(issues.size(), 2u);
  for (const llvm::json::Value& each : issues) {
    const llvm::json::Object& issue = *each.getAsObject();
    EXPECT_TRUE(issue.getString("description") && issue.getString("check_name") &&
                issue.getString("fingerprint"));
    EXPECT_EQ(issue.getString("severity"), "major");
    EXPECT_GE(*issue.getObject("location")->getObject("lines")->getInteger("begin"), 1);
  }
  EXPECT_EQ(issues[1].getAsObject()->getObject("location")->getString("path"), "src/broken.cpp");
}

TEST_F(MachineFormats, JunitCountsAndEscapes) {
  report_.selection.findings[0].message = "a < b & \"c\"\x01";
  std::string text = junitReport(report_);
  EXPECT_NE(text.find("tests=\"2\" failures=\"1\" errors=\"1\""), std::string::npos) << text;
  EXPECT_NE(text.find("message=\"a &lt; b &amp; &quot;c&quot; \""), std::string::npos) << text;
  report_.selection.findings.clear();
  report_.coverage = {};
  text = junitReport(report_);
  EXPECT_NE(text.find("tests=\"1\" failures=\"0\" errors=\"0\""), std::string::npos) << text;
}

} // namespace
} // namespace racecourse::report
