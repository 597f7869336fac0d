#include "store/encoding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <limits>
#include <random>

#include "store/segment_format.h"
#include "store/value_table.h"
#include "support/random_text.h"

namespace logmill::store {
namespace {

using record::Value;
using test::random_hex;
using Random = std::mt19937_64;

// A column with an owner for its text.
struct Made {
  base::Arena arena;
  std::vector<Value> values;
  void text(std::string_view bytes) { values.push_back(Value::string(arena.copy(bytes))); }
};

struct Family {
  const char* name;
  const char* encoding;  // that must be chosen for many rows; nullptr: any
  std::function<void(Random&, Made&, std::size_t rows)> fill;
};

const std::vector<Family>& families() {
  static const std::vector<Family> all = {
      {"one value", "constant",
       [](Random&, Made& to, std::size_t n) {
         while (to.values.size() < n) to.text("auth");
       }},
      {"services", "dictionary",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) to.text("service-" + std::to_string(r() % 12));
       }},
      {"booleans", "dictionary",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) to.values.push_back(Value::boolean(r() % 2));
       }},
      {"integers of all sizes", "integers",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) to.values.push_back(Value::integer(static_cast<std::int64_t>(r() >> (r() % 64))));
       }},
      {"extreme integers", "integers",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n)
           to.values.push_back(
               Value::integer((r() % 2 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max() - 300) +
                              static_cast<std::int64_t>(r() % 300)));
       }},
      {"a counter", "integers",
       [](Random& r, Made& to, std::size_t n) {
         std::int64_t at = -5;
         while (to.values.size() < n) to.values.push_back(Value::integer(at += static_cast<std::int64_t>(r() % 3)));
       }},
      {"durations", "decimals",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) to.values.push_back(Value::decimal(static_cast<std::int64_t>(r() % 1'000'000), 2));
       }},
      {"shortest decimals", "decimals",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) {
           std::int64_t mantissa = static_cast<std::int64_t>(r() % 1'000'000);
           unsigned scale = 3;
           for (; scale > 0 && mantissa % 10 == 0; --scale) mantissa /= 10;
           to.values.push_back(scale == 0 ? Value::integer(mantissa) : Value::decimal(mantissa, scale));
         }
       }},
      {"decimals of any scale", "decimals",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n)
           to.values.push_back(Value::decimal(static_cast<std::int64_t>(r()), 1 + static_cast<unsigned>(r() % 18)));
       }},
      {"reals", "reals",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) to.values.push_back(Value::real(std::bit_cast<double>(r())));
       }},
      {"trace ids", "hex_ids",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) {
           const bool again = r() % 3 > 0;
           const std::size_t back = 1 + r() % 9;
           if (again && back <= to.values.size())
             to.values.push_back(to.values[to.values.size() - back]);
           else
             to.text(random_hex(r, 32));
         }
       }},
      {"UUIDs", "hex_ids",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n)
           to.text(random_hex(r, 8) + "-" + random_hex(r, 4) + "-" + random_hex(r, 4) + "-" + random_hex(r, 4) + "-" + random_hex(r, 12));
       }},
      {"MAC addresses", "hex_ids",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) {
           std::string text = random_hex(r, 2);
           for (int i = 0; i < 5; ++i) text += ":" + random_hex(r, 2);
           to.text(text);
         }
       }},
      {"MAC addresses, one of them odd", nullptr,
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) {
           std::string text = random_hex(r, 2);
           for (int i = 0; i < 5; ++i) text += (i == 3 && to.values.size() % 500 == 20 ? "-" : ":") + random_hex(r, 2);
           to.text(text);
         }
       }},
      {"messages", "templates",
       [](Random& r, Made& to, std::size_t n) {
         static const char* const kUsers[] = {"u1", "admin77", "x9"};
         while (to.values.size() < n) {
           switch (r() % 5) {
             case 0: to.text("user " + std::string(kUsers[r() % 3]) + " logged in from 10.0." + std::to_string(r() % 256) + ".7"); break;
             case 1:
               to.text("took " + std::to_string(r() % 100000) + "ms, key " + random_hex(r, 16) + " [000" + std::to_string(r() % 7) + "]");
               break;
             case 2: to.text("block " + random_hex(r, 8) + " written\x01\x04" + std::to_string(r())); break;
             case 3: to.text(""); break;
             default: to.text("cache miss for /api/v1/items/" + std::to_string(r() % 1'000'000'000));
           }
         }
       }},
      {"lines that begin alike", "templates",
       [](Random& r, Made& to, std::size_t n) {
         // Many templates, each rare; the host is named twice; UUIDs and long runs at any place of
         // a window.
         for (std::size_t i = 0; to.values.size() < n; ++i) {
           const std::string host = "n" + std::to_string(r() % 40);
           std::string text = std::to_string(1'700'000'000 + i) + " " + host + " " + host + "/" + std::to_string(r() % 100);
           for (std::uint64_t left = r() % 8; left > 0; --left) text += r() % 2 ? " rare" : " words, ";
           if (r() % 2)
             text += " " + random_hex(r, 8) + "-" + random_hex(r, 4) + "-" + random_hex(r, 4) + "-" + random_hex(r, 4) + "-" +
                     random_hex(r, 12);
           if (r() % 9 == 0) text += " " + std::string(r() % 150, 'x') + "7";
           to.text(text + " end" + std::to_string(r() % 3));
         }
       }},
      {"random bytes", "text",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) {
           std::string text;
           for (std::size_t size = r() % 60; text.size() < size;) text.push_back(static_cast<char>(r()));
           to.text(text);
         }
       }},
      {"JSON text", "text",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) to.values.push_back(Value::json(to.arena.copy("[" + std::to_string(r()) + "]")));
       }},
      {"everything", "mixed",
       [](Random& r, Made& to, std::size_t n) {
         while (to.values.size() < n) {
           switch (r() % 7) {
             case 0: to.values.push_back(Value::null()); break;
             case 1: to.values.push_back(Value::boolean(r() % 2)); break;
             case 2: to.values.push_back(Value::integer(static_cast<std::int64_t>(r()))); break;
             case 3: to.values.push_back(Value::decimal(static_cast<std::int64_t>(r() % 99), 1)); break;
             case 4: to.values.push_back(Value::real(1e300 * static_cast<double>(r()))); break;
             case 5: to.text(std::to_string(r())); break;
             default: to.values.push_back(Value::json(to.arena.copy("[1]")));
           }
         }
       }},
  };
  return all;
}

struct Encoded {
  const EncodingSpec* spec;
  std::string bytes;
};

Encoded encode(const std::vector<Value>& values) {
  EncodeContext context(1);
  Encoded encoded;
  encoded.spec = &encode_values(values, kinds_of(values), context, encoded.bytes);
  return encoded;
}

bool decode(const Encoded& encoded, std::size_t count, base::Arena& arena, ColumnData& to) {
  DecodeContext context{arena, kColumnBytesMax};
  return encoded.spec->decode(encoded.bytes, count, context, to);
}

void expect_same(const std::vector<Value>& expected, const ColumnData& got) {
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_TRUE(same(expected[i], got.at(i))) << "row " << i;
}

TEST(Encoding, GivesBackEveryFamilyAtEveryLength) {
  const std::uint64_t seed = std::random_device{}();
  Random random(seed);
  for (const Family& family : families()) {
    for (const std::size_t rows : {1, 2, 3, 7, 30, 500, 600, 3000}) {
      SCOPED_TRACE(std::string(family.name) + ", " + std::to_string(rows) + " rows, seed " + std::to_string(seed));
      Made made;
      family.fill(random, made, rows);
      const Encoded encoded = encode(made.values);
      if (rows == 3000 && family.encoding != nullptr) {
        EXPECT_EQ(encoded.spec->name, family.encoding);
      }
      base::Arena arena;
      ColumnData decoded;
      ASSERT_TRUE(decode(encoded, rows, arena, decoded));
      expect_same(made.values, decoded);
    }
  }
}

TEST(Encoding, HoldsAFullBlock) {
  Random random(7);
  for (const Family& family : families()) {
    SCOPED_TRACE(family.name);
    Made made;
    family.fill(random, made, kBlockRowsMax);
    base::Arena arena;
    ColumnData decoded;
    const Encoded encoded = encode(made.values);  // what was decoded points into it
    ASSERT_TRUE(decode(encoded, made.values.size(), arena, decoded));
    expect_same(made.values, decoded);
  }
}

// Checksums catch accidents; this is about bytes made to hurt.
TEST(Encoding, SurvivesDamagedBytes) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  for (const Family& family : families()) {
    Made made;
    family.fill(random, made, 600);
    const Encoded encoded = encode(made.values);
    for (int round = 0; round < 300; ++round) {
      Encoded damaged = encoded;
      if (round % 3 == 0)
        damaged.bytes.resize(random() % damaged.bytes.size());
      else
        damaged.bytes[random() % damaged.bytes.size()] ^= static_cast<char>(1 + random() % 255);
      base::Arena arena;
      ColumnData decoded;
      if (!decode(damaged, 600, arena, decoded)) continue;
      std::size_t bytes = 0;  // touches everything, for the sanitizers
      for (std::size_t i = 0; i < 600; ++i)
        if (decoded.at(i).is_text()) bytes += std::string(decoded.at(i).text()).size();
      EXPECT_LE(bytes, kColumnBytesMax);
    }
  }
}

TEST(Encoding, NeverMuchWorseThanPlainText) {
  Random random(11);
  EncodeContext context(1);
  for (const Family& family : families()) {
    Made made;
    family.fill(random, made, 5000);
    const KindSet kinds = kinds_of(made.values);
    if (kinds != kind_bit(record::Kind::string)) continue;
    std::string text;
    for (const EncodingSpec* spec : encodings())
      if (spec->name == "text") spec->encode(made.values, kinds, context, text);
    EXPECT_LE(encode(made.values).bytes.size(), text.size()) << family.name;
  }
}

// The fuzzer starts from columns of every encoding: its seeds decode today.
TEST(Encoding, EverySeedOfTheFuzzerDecodes) {
  const std::string folder = std::string(LOGMILL_SOURCE_DIR) + "/tests/fuzz/corpus/segment/";
  Random random(3);
  for (const Family& family : families()) {
    for (const std::size_t rows : {40, 600}) {
      std::string path = folder + family.name + "-" + std::to_string(rows);
      std::ranges::replace(path, ' ', '_');
      SCOPED_TRACE(path);
      if (std::getenv("LOGMILL_REWRITE_SAMPLES") != nullptr) {
        Made made;
        family.fill(random, made, rows);
        const Encoded encoded = encode(made.values);
        std::ofstream file(path, std::ios::binary);
        file << static_cast<char>(encoded.spec->id) << static_cast<char>(rows % 256) << static_cast<char>(rows / 256) << encoded.bytes;
      }
      std::ifstream file(path, std::ios::binary);
      const std::string seed((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      ASSERT_GT(seed.size(), 3u);
      const EncodingSpec* spec = find_encoding(static_cast<std::uint8_t>(seed[0]));
      ASSERT_NE(spec, nullptr);
      base::Arena arena;
      ColumnData decoded;
      EXPECT_TRUE(decode({spec, seed.substr(3)}, rows, arena, decoded));
    }
  }
}

TEST(Encoding, IdsAreUnique) {
  for (const EncodingSpec* a : encodings())
    for (const EncodingSpec* b : encodings()) EXPECT_TRUE(a == b || a->id != b->id) << a->name << " and " << b->name;
}

}  // namespace
}  // namespace logmill::store
