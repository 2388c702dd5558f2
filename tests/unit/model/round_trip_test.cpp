// Properties of the text and binary forms that hold of every unit.
#include "checker/model/binary.h"
#include "checker/model/text.h"
#include "checker/model/well_formed.h"
#include "tests/unit/model/random_unit.h"

#include <gtest/gtest.h>

namespace racecourse::model {
namespace {

using testing::randomUnit;
using testing::resolved;

constexpr std::uint64_t kSeeds = 150;

TEST(RoundTrip, RandomUnitsAreWellFormed) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed)
    EXPECT_EQ(faultOf(randomUnit(seed)), "") << "seed " << seed;
}

TEST(RoundTrip, TextSaysEverything) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Unit unit = randomUnit(seed);
    const std::string text = write(unit);
    const Parsed parsed = parse(text);
    ASSERT_TRUE(parsed.unit) << "seed " << seed << ": " << parsed.failure << "\n" << text;
    ASSERT_EQ(resolved(*parsed.unit), resolved(unit)) << "seed " << seed << "\n" << text;
    ASSERT_EQ(faultOf(*parsed.unit), "") << "seed " << seed;
    ASSERT_EQ(write(*parsed.unit), text) << "seed " << seed;
  }
}

TEST(RoundTrip, BinaryIsExact) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Unit unit = randomUnit(seed);
    const std::string bytes = toBytes(unit);
    const Loaded loaded = fromBytes(bytes, "the sample");
    ASSERT_TRUE(loaded.unit) << "seed " << seed << ": " << loaded.failure;
    ASSERT_EQ(resolved(*loaded.unit), resolved(unit)) << "seed " << seed;
    EXPECT_EQ(loaded.unit->strings, unit.strings); // id by id, the unused included
    EXPECT_EQ(loaded.unit->paths, unit.paths);
    EXPECT_EQ(loaded.unit->files, unit.files);
    EXPECT_EQ(toBytes(*loaded.unit), bytes);
  }
}

TEST(RoundTrip, ReadersLeaveTheInterningTablesReady) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Unit unit = *fromBytes(toBytes(randomUnit(seed)), "the sample").unit;
    for (std::size_t i = 0; i < unit.strings.size(); ++i)
      EXPECT_EQ(unit.intern(std::string_view(unit.strings[i])), StringId(i));
    for (std::size_t i = 0; i < unit.paths.size(); ++i)
      EXPECT_EQ(unit.intern(Path(unit.paths[i])), PathId(i));
    for (std::size_t i = 0; i < unit.entities.size(); ++i)
      EXPECT_EQ(unit.intern(Entity(unit.entities[i])), EntityId(i));
    for (std::size_t i = 0; i < unit.files.size(); ++i)
      EXPECT_EQ(unit.intern(File(unit.files[i])), FileId(i));
  }
}

TEST(RoundTrip, EveryPathHasADescription) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Unit unit = randomUnit(seed);
    for (std::size_t i = 0; i < unit.paths.size(); ++i)
      EXPECT_NE(unit.describe(PathId(i)), "");
  }
}

} // namespace
} // namespace racecourse::model
