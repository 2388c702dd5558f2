#include "checker/report/json_report.h"

#include "tests/unit/report/sample.h"

#include <gtest/gtest.h>
#include <llvm/Support/JSON.h>

namespace racecourse::report {
namespace {

llvm::json::Value parsed(const Report& report) {
  auto value = llvm::json::parse(jsonReport(report));
  if (!value) {
    ADD_FAILURE() << llvm::toString(value.takeError());
    return nullptr;
  }
  return std::move(*value);
}

TEST(JsonReport, HasTheSchemasShape) {
  const model::Unit program = test::programWithFiles({"/p/src/account.cpp", "/elsewhere/main.cpp"});
  Report report{program, {}, {}, "/p", "0.1.0"};
  report.selection.findings = {test::balanceRace()};
  report.selection.suppressed.resize(4);
  report.coverage.units = 2;
  report.coverage.failed_units = 1;
  report.coverage.failures = {"/p/src/broken.cpp: it did not compile"};
  const auto value = parsed(report);
  const llvm::json::Object& top = *value.getAsObject();
  EXPECT_EQ(top.getString("schema"), "racecourse-report/1");
  EXPECT_EQ(top.getObject("tool")->getString("version"), "0.1.0");
  const llvm::json::Object& finding = *(*top.getArray("findings"))[0].getAsObject();
  EXPECT_EQ(finding.getString("rule"), "racecourse-unguarded-shared-data");
  EXPECT_EQ(finding.getString("confidence"), "medium");
  EXPECT_EQ(finding.getString("severity"), "warning");
  EXPECT_EQ(finding.getString("file"), "src/account.cpp");
  EXPECT_EQ(finding.getInteger("line"), 2);
  EXPECT_EQ(finding.getInteger("column"), 3);
  EXPECT_EQ(finding.getString("fingerprint")->size(), 32u);
  EXPECT_EQ(finding.getArray("fixes")->size(), 0u);
  ASSERT_EQ(finding.getArray("traces")->size(), 2u);
  const llvm::json::Object& thread = *(*finding.getArray("traces"))[1].getAsObject();
  EXPECT_EQ(thread.getString("thread"), "thread worker()");
  const llvm::json::Object& step = *(*thread.getArray("steps"))[0].getAsObject();
  EXPECT_EQ(step.getString("file"), "/elsewhere/main.cpp");
  EXPECT_EQ(step.getString("message"), "spawned here");
  EXPECT_EQ(step.getArray("held")->size(), 0u);
  const llvm::json::Object& coverage = *top.getObject("coverage");
  EXPECT_EQ(coverage.getInteger("failed_units"), 1);
  EXPECT_EQ((*coverage.getArray("failures"))[0].getAsString(), "src/broken.cpp: it did not compile");
  const llvm::json::Object& summary = *top.getObject("summary");
  EXPECT_EQ(summary.getInteger("findings"), 1);
  EXPECT_EQ(summary.getInteger("suppressed"), 4);
  EXPECT_EQ(summary.getObject("by_rule")->getInteger("racecourse-unguarded-shared-data"), 1);
}

TEST(JsonReport, SurvivesForeignBytes) {
  const model::Unit program = test::programWithFiles({"/p/\xff.cpp", "/p/b.cpp"});
  Report report{program, {}, {}, "/p", "0.1.0"};
  report.selection.findings = {test::balanceRace()};
  report.selection.findings[0].message = "quote \" back\\slash \n \xc3\x28";
  const auto value = parsed(report);
  const auto message = (*value.getAsObject()->getArray("findings"))[0].getAsObject()->getString("message");
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->starts_with("quote \" back\\slash \n "));
}

TEST(JsonReport, NothingFoundIsStillAReport) {
  const model::Unit program;
  const auto value = parsed({program, {}, {}, "/p", "0.1.0"});
  EXPECT_EQ(value.getAsObject()->getArray("findings")->size(), 0u);
  EXPECT_EQ(value.getAsObject()->getObject("summary")->getInteger("findings"), 0);
}

} // namespace
} // namespace racecourse::report
