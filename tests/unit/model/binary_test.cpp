// The binary form refuses what is not a whole summary of this version; files are replaced as a whole.
#include "checker/model/binary.h"
#include "checker/model/text.h"
#include "checker/model/well_formed.h"
#include "tests/unit/model/random_unit.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sys/resource.h>

namespace racecourse::model {
namespace {

namespace fs = std::filesystem;
using testing::randomUnit;
using testing::resolved;

std::string failureOf(std::string_view bytes) {
  const Loaded loaded = fromBytes(bytes, "the sample");
  EXPECT_FALSE(loaded.unit);
  EXPECT_EQ(loaded.failure.rfind("the sample is ", 0), 0u) << loaded.failure;
  EXPECT_EQ(loaded.failure.back(), '.') << loaded.failure;
  return loaded.failure;
}

std::string sample() {
  testing::RandomShape shape;
  shape.entity_count = 12;
  shape.path_count = 8;
  shape.function_count = 2;
  return toBytes(randomUnit(7, shape));
}

/// The bytes with a header that vouches for them: what a malicious or faulty writer would make.
std::string vouchedFor(std::string bytes) {
  const auto put = [&](std::size_t at, std::uint64_t value) {
    for (std::size_t i = 0; i < 8; ++i)
      bytes[at + i] = static_cast<char>(value >> (8 * i));
  };
  put(12, bytes.size() - 28);
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](std::string_view text) {
    for (const char c : text)
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  };
  add(std::string_view(bytes).substr(0, 20));
  add(std::string_view(bytes).substr(28));
  put(20, hash);
  return bytes;
}

TEST(Binary, TheSampleIsFine) {
  const std::string bytes = sample();
  EXPECT_TRUE(fromBytes(bytes, "the sample").unit);
  EXPECT_EQ(vouchedFor(bytes), bytes); // or the tests below would show nothing
  EXPECT_TRUE(fromBytes(toBytes(Unit()), "the sample").unit);
}

TEST(Binary, EveryTruncationIsRefused) {
  const std::string bytes = sample();
  ASSERT_GT(bytes.size(), 500u);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_NE(failureOf(std::string_view(bytes).substr(0, length)).find("cut short"), std::string::npos)
        << length;
  EXPECT_EQ(failureOf(bytes + "x"), "the sample is damaged: bytes follow its end.");
}

TEST(Binary, EveryFlippedBitIsRefused) {
  std::string bytes = sample();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
      failureOf(bytes);
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
    }
  }
}

TEST(Binary, ForeignFilesAndOtherVersionsAreNamedAsSuch) {
  EXPECT_EQ(failureOf("int main() {}\n"), "the sample is not a Racecourse summary.");
  EXPECT_EQ(failureOf(std::string(1000, '\0')), "the sample is not a Racecourse summary.");
  EXPECT_EQ(failureOf("\x7f"
                      "ELF"),
            "the sample is not a Racecourse summary.");
  std::string newer = sample();
  newer[8] = static_cast<char>(kBinaryVersion + 1);
  EXPECT_EQ(failureOf(newer), "the sample is a summary of format " + std::to_string(kBinaryVersion + 1) +
                                  "; this program knows format " + std::to_string(kBinaryVersion) + ".");
}

TEST(Binary, WrongContentsUnderARightChecksumAreRefusedOrWellFormed) {
  // Behind the checksum stand the decoder's own checks. Nothing may be undefined (the sanitizers judge), and what is
  // let through must be safe to walk.
  const std::string bytes = sample();
  std::mt19937_64 random(1);
  int refused = 0;
  constexpr int kRounds = 20000;
  for (int i = 0; i < kRounds; ++i) {
    std::string other = bytes;
    for (std::uint64_t count = 1 + random() % 3; count > 0; --count) {
      const std::size_t at = 28 + random() % (other.size() - 28);
      switch (random() % 4) {
      case 0: other[at] = static_cast<char>(random()); break;
      case 1: other[at] = static_cast<char>(0xff); break;
      case 2: other.erase(at, 1 + random() % 4); break;
      default: other.insert(at, 1, static_cast<char>(random())); break;
      }
      if (other.size() < 100) break;
    }
    const Loaded loaded = fromBytes(vouchedFor(other), "the sample");
    if (!loaded.unit) {
      ++refused;
      EXPECT_NE(loaded.failure.find("is damaged"), std::string::npos) << loaded.failure;
      continue;
    }
    EXPECT_EQ(faultOf(*loaded.unit), "");
    if (i % 50 == 0) EXPECT_FALSE(write(*loaded.unit).empty());
  }
  EXPECT_GT(refused, kRounds / 4);
  EXPECT_LT(refused, kRounds);
  for (std::size_t length = 28; length < bytes.size(); ++length)
    EXPECT_FALSE(fromBytes(vouchedFor(bytes.substr(0, length)), "the sample").unit) << length;
}

TEST(Binary, AnIdOutOfRangeIsRefused) {
  Unit unit = *parse("global g\nfunction f\n  read g\n").unit;
  unit.functions[0].events[0].path = PathId(std::size_t{1000});
  EXPECT_EQ(failureOf(toBytes(unit)),
            "the sample is damaged: function 0 refers to something that is not there.");
  unit.functions[0].events[0].path = {};
  unit.functions[0].events[0].inputs = {EventId(std::size_t{1})};
  EXPECT_NE(failureOf(toBytes(unit)).find("function 0 lacks something"), std::string::npos);
  unit.functions[0].events[0].inputs = {};
  unit.functions[0].events[0].kind = static_cast<EventKind>(200);
  EXPECT_NE(failureOf(toBytes(unit)).find("value out of range"), std::string::npos);
}

TEST(Binary, IsCompact) {
  std::string text = "global g\nfunction f\n";
  for (int i = 0; i < 1000; ++i)
    text += "  read g\n";
  EXPECT_LT(toBytes(*parse(text).unit).size(),
            9000u); // about 7 bytes for an access, its place and its block's entry
}

class Files : public ::testing::Test {
protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "racecourse-binary-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::size_t fileCount() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  std::string path(const char* name) const { return (folder_ / name).string(); }

  fs::path folder_;
};

TEST_F(Files, AreReplacedAsAWhole) {
  const std::string file = path("a.summary");
  const Unit first = randomUnit(1);
  const Unit second = randomUnit(2);
  EXPECT_EQ(save(first, file), "");
  EXPECT_EQ(resolved(load(file).unit.value()), resolved(first));
  EXPECT_EQ(save(second, file), "");
  EXPECT_EQ(resolved(load(file).unit.value()), resolved(second));
  EXPECT_EQ(fileCount(), 1u); // nothing is left beside it
}

TEST_F(Files, FailuresAreSentences) {
  EXPECT_EQ(load(path("none")).failure, "cannot read " + path("none") + ": No such file or directory.");
  EXPECT_EQ(load(folder_.string()).failure, "cannot read " + folder_.string() + ": Is a directory.");
  const std::string nowhere = save(Unit(), path("no/such/folder"));
  EXPECT_EQ(nowhere.rfind("cannot write " + path("no/such/folder"), 0), 0u) << nowhere;
  EXPECT_NE(nowhere.find("No such file or directory."), std::string::npos) << nowhere;
  fs::create_directory(folder_ / "taken");
  EXPECT_EQ(save(Unit(), path("taken")), "cannot write " + path("taken") + ": Is a directory.");
  EXPECT_EQ(fileCount(), 1u);

  std::ofstream(path("foreign")) << "hello\n";
  EXPECT_EQ(load(path("foreign")).failure, path("foreign") + " is not a Racecourse summary.");
}

TEST_F(Files, AFullDiskIsToldAndTheOldFileStays) {
  const std::string file = path("a.summary");
  const Unit old = randomUnit(1);
  ASSERT_EQ(save(old, file), "");
  // A limit on file sizes fails writes in the same way, without needing a full disk.
  const auto before = ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  rlimit small = limit;
  small.rlim_cur = 512;
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string failure = save(randomUnit(2), file);
  ::setrlimit(RLIMIT_FSIZE, &limit);
  ::signal(SIGXFSZ, before);
  EXPECT_EQ(failure, "cannot write " + file + ": File too large.");
  EXPECT_EQ(resolved(load(file).unit.value()), resolved(old));
  EXPECT_EQ(fileCount(), 1u);
}

} // namespace
} // namespace racecourse::model
