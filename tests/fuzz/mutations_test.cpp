#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "tests/fuzz/run_bytes.h"
#include "tests/fuzz/sample_models.h"

namespace trireme {
namespace {

// The same sequence everywhere, so that a failure can be repeated by its number.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 2654435761u + 88172645463325252u) {}
  size_t below(size_t limit) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<size_t>(state_ % limit);
  }

 private:
  uint64_t state_;
};

void mutate(std::vector<std::byte>& file, Dice& dice) {
  static constexpr uint32_t kNumbers[] = {0,          1,       0xffffffff, 0x7fffffff, 0x80000000,
                                          0x7fffff00, 0x10000, 0x7fc00000, 0xff800000, 4};
  const size_t position = dice.below(file.size());
  switch (dice.below(6)) {
    case 0:
      file[position] ^= static_cast<std::byte>(1u << dice.below(8));
      break;
    case 1:
      file[position] = static_cast<std::byte>(dice.below(256));
      break;
    case 2:
    case 3: {  // a number, where numbers lie
      const size_t place = position / 4 * 4;
      const uint32_t number = kNumbers[dice.below(std::size(kNumbers))];
      std::memcpy(file.data() + place, &number, std::min<size_t>(4, file.size() - place));
      break;
    }
    case 4: {  // a piece over another
      const size_t from = dice.below(file.size()), length = 1 + dice.below(16);
      const size_t most = std::min({length, file.size() - from, file.size() - position});
      std::memmove(file.data() + position, file.data() + from, most);
      break;
    }
    default:
      if (dice.below(8) == 0) file.resize(std::max<size_t>(8, position));
      break;
  }
}

TEST(Mutations, OfOurOwnModelsEndInASentenceOrAnAnswer) {
  std::vector<std::vector<std::byte>> files;
  for (const samples::Sample& sample : samples::sampleModels()) files.push_back(samples::fileOf(sample));
  constexpr size_t kRounds = 12'000;
  size_t loaded = 0, ran = 0;
  for (size_t round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    Dice dice(round + 1);
    std::vector<std::byte> file = files[dice.below(files.size())];
    for (size_t changes = 1 + dice.below(4); changes > 0; --changes) mutate(file, dice);
    const fuzz::Outcome outcome = fuzz::runBytes(file);
    EXPECT_FALSE(outcome.sentence.empty());
    loaded += outcome.loaded ? 1 : 0;
    ran += outcome.ran ? 1 : 0;
  }
  // Enough get past the door for what lies behind it to be tested too.
  EXPECT_GT(loaded, kRounds / 20);
  EXPECT_LT(loaded, kRounds);
  RecordProperty("loaded", static_cast<int>(loaded));
  RecordProperty("ran", static_cast<int>(ran));
  EXPECT_TRUE(!fuzz::runsModels() || ran > kRounds / 50) << ran;
}

TEST(Mutations, LeaveOutTheModelsThemselves) {
  for (const samples::Sample& sample : samples::sampleModels()) {
    const fuzz::Outcome outcome = fuzz::runBytes(samples::fileOf(sample));
    EXPECT_TRUE(outcome.loaded) << sample.name << ": " << outcome.sentence;
  }
}

}  // namespace
}  // namespace trireme
