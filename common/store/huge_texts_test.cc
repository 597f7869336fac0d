// Columns of texts that are not put together before they are compressed.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/arena.h"
#include "store/encoding.h"
#include "store/segment_format.h"
#include "support/random_text.h"

namespace logmill::store {
namespace {

using record::Value;

// Encodes as text, compares what comes back, and returns how many bytes it took.
std::size_t text_size(const std::vector<std::string>& texts) {
  std::vector<Value> values;
  for (const std::string& text : texts) values.push_back(Value::string(text));
  EncodeContext encoding(1);
  std::string bytes;
  EXPECT_TRUE(find_encoding(23)->encode(values, kinds_of(values), encoding, bytes));
  base::Arena arena;
  DecodeContext decoding{arena, kColumnBytesMax};
  ColumnData data;
  EXPECT_TRUE(find_encoding(23)->decode(bytes, values.size(), decoding, data));
  for (std::size_t i = 0; i < texts.size() && i < data.values.size(); ++i)
    if (data.values[i].text() != texts[i]) ADD_FAILURE() << "text " << i;
  return bytes.size();
}

constexpr std::size_t kTexts = 3'000, kTextBytes = 1'500;  // beyond 2 MiB together

TEST(HugeTexts, ThatCannotBeCompressedStayAsTheyAre) {
  std::mt19937_64 random(5);
  std::vector<std::string> texts(kTexts);
  for (std::string& text : texts)
    for (std::size_t i = 0; i < kTextBytes; ++i) text += static_cast<char>(random());
  EXPECT_LT(text_size(texts), kTexts * kTextBytes + 3 * kTexts);
}

TEST(HugeTexts, AreCompressedAcrossRows) {
  std::mt19937_64 random(5);
  const std::string common = test::random_hex(random, kTextBytes);
  std::vector<std::string> texts(kTexts);
  for (std::string& text : texts) text = common + std::to_string(random());
  EXPECT_LT(text_size(texts), kTexts * 50);
}

TEST(HugeTexts, OfHalfABytePerDigitTakeThat) {
  std::mt19937_64 random(5);
  std::vector<std::string> texts(kTexts);
  for (std::size_t i = 1; i < kTexts; i += 2) texts[i] = test::random_hex(random, 2 * kTextBytes);  // the others are empty
  EXPECT_LT(text_size(texts), kTexts * kTextBytes * 6 / 10);
}

TEST(HugeTexts, OfOneByteAreThatByte) {
  std::vector<std::string> texts(kTexts, std::string(kTextBytes, 'x'));
  texts[7].clear();
  EXPECT_LT(text_size(texts), kTexts);
  texts[9].back() = 'y';
  EXPECT_LT(text_size(texts), 2 * kTexts);
}

TEST(HugeTexts, MayBeOne) {
  std::mt19937_64 random(5);
  EXPECT_LT(text_size({test::random_hex(random, kTexts * kTextBytes)}), kTexts * kTextBytes * 6 / 10);
}

}  // namespace
}  // namespace logmill::store
