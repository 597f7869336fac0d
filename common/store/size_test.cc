// A sealed segment is never over 1.03 times what zstd -3 makes of the same records as NDJSON: of whatever kind they are, and however few.
#include <gtest/gtest.h>
#include <zstd.h>

#include <functional>
#include <random>

#include "codec/writer.h"
#include "support/store_fixture.h"

namespace logmill::store {
namespace {

using record::Batch;
using record::Value;

// As docs/formats/segment.md says.
constexpr double kOfZstd = 1.03;

struct Kind {
  const char* name;
  std::function<void(Batch&, std::size_t, std::mt19937_64&)> fill;
};

std::string bytes_of(std::mt19937_64& random, std::size_t size, char first, unsigned different) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(first + static_cast<char>(random() % different));
  return bytes;
}

void set_text(Batch& batch, std::string_view name, std::size_t row, const std::string& text) {
  batch.set(name, row, Value::string(batch.own(text)));
}
void set_number(Batch& batch, std::string_view name, std::size_t row, std::uint64_t number) {
  batch.set(name, row, Value::integer(static_cast<std::int64_t>(number)));
}

std::string hex(std::mt19937_64& random, std::size_t digits) {
  std::string text;
  while (text.size() < digits) text += "0123456789abcdef"[random() % 16];
  return text;
}

void fill_service(Batch& batch, std::size_t row, std::mt19937_64& random) {
  const std::uint64_t of = random() % 20;
  batch.levels()[row] = of == 0 ? record::Severity::error : record::Severity::info;
  set_text(batch, "service", row, "service-" + std::to_string(of % 6));
  set_text(batch, "host", row, "web-" + std::to_string(random() % 12));
  set_text(batch, "trace_id", row, hex(random, 32));
  set_text(batch, "message", row,
           "GET /api/v1/orders/" + std::to_string(random() % 90'000) + " took " + std::to_string(random() % 500) + " ms");
  set_text(batch, "user_id", row, "u" + std::to_string(random() % 5'000));
  set_number(batch, "status", row, of < 18 ? 200 : 500);
  batch.set("duration_ms", row, Value::decimal(static_cast<std::int64_t>(random() % 50'000), 2));
}

// One of so many different rows of ten fields.
void fill_tied(Batch& batch, std::size_t row, std::mt19937_64& random, std::uint64_t different) {
  const std::uint64_t base = random() % different;
  for (std::uint64_t j = 0; j < 10; ++j)
    set_text(batch, "k" + std::to_string(j), row, "v" + std::to_string((base * 7 + j * 1'131) % (10 * different)));
}

const Kind kTied = {"ten keys that decide each other",
                    [](Batch& batch, std::size_t row, std::mt19937_64& random) { fill_tied(batch, row, random, 1'000); }};
const Kind kTiedAndSeldomSeen = {"ten keys that decide each other, of many values",
                                 [](Batch& batch, std::size_t row, std::mt19937_64& random) { fill_tied(batch, row, random, 3'000); }};

const Kind kKinds[] = {
    {"service logs", fill_service},
    {"nothing but times", [](Batch&, std::size_t, std::mt19937_64&) {}},
    {"random text", [](Batch& batch, std::size_t row,
                       std::mt19937_64& random) { set_text(batch, "message", row, bytes_of(random, 20 + random() % 100, '#', 56)); }},
    {"random bytes", [](Batch& batch, std::size_t row,
                        std::mt19937_64& random) { set_text(batch, "message", row, bytes_of(random, random() % 100, 1, 120)); }},
    {"long random text",
     [](Batch& batch, std::size_t row, std::mt19937_64& random) {
       if (row % 10 == 0) set_text(batch, "message", row, bytes_of(random, 20'000, '0', 60));
     }},
    {"random numbers", [](Batch& batch, std::size_t row, std::mt19937_64& random) { set_number(batch, "v", row, random()); }},
    {"random reals", [](Batch& batch, std::size_t row,
                        std::mt19937_64& random) { batch.set("v", row, Value::real(static_cast<double>(random()) / 1e30)); }},
    {"random ids", [](Batch& batch, std::size_t row, std::mt19937_64& random) { set_text(batch, "id", row, hex(random, 32)); }},
    kTied,
    kTiedAndSeldomSeen,
    {"keys that are never the same",
     [](Batch& batch, std::size_t row, std::mt19937_64& random) {
       for (std::uint64_t j = 0; j < 3; ++j) set_number(batch, hex(random, 20), row, j);
     }},
    {"ten of many keys",
     [](Batch& batch, std::size_t row, std::mt19937_64& random) {
       for (int j = 0; j < 10; ++j) set_number(batch, "k" + std::to_string(random() % 2'000), row, random() % 100);
     }},
    {"sixty fields that never change",
     [](Batch& batch, std::size_t row, std::mt19937_64&) {
       for (std::uint64_t j = 0; j < 60; ++j) set_text(batch, "field" + std::to_string(j), row, "the value of field " + std::to_string(j));
     }},
    {"kinds in turn",
     [](Batch& batch, std::size_t row, std::mt19937_64& random) {
       switch (random() % 4) {
         case 0: set_number(batch, "v", row, random() % 1'000'000); break;
         case 1: set_text(batch, "v", row, hex(random, 12)); break;
         case 2: batch.set("v", row, Value::boolean(true)); break;
         default: batch.set("v", row, Value::null());
       }
     }},
};

struct Sizes {
  std::size_t ours = 0, zstd = 0;
};

Sizes sizes_of(const Kind& kind, std::size_t records, std::uint64_t seed) {
  test::StoreFixture at;
  std::mt19937_64 random(seed);
  Batch batch;
  for (std::size_t row = 0; row < records; ++row) {
    batch.add_row();
    batch.times()[row] = at.clock.time + static_cast<std::int64_t>(row * (1 + random() % 3)) * base::kNsPerMs;
    kind.fill(batch, row, random);
  }
  std::string ndjson, frame;
  EXPECT_TRUE(codec::make_writer(codec::Format::ndjson, codec::Compress::no)->append(batch, ndjson));
  frame.resize(ZSTD_compressBound(ndjson.size()));
  // As the program does it: with a checksum.
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, 3);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  auto writer = *at.open();
  EXPECT_TRUE(writer->append(batch));
  EXPECT_TRUE(writer->close());
  return {at.fs.content(at.fs.files().at(0)).size(),
          ZSTD_compress2(context.get(), frame.data(), frame.size(), ndjson.data(), ndjson.size())};
}

void expect_few_bytes(const Kind& kind, std::size_t records, std::uint64_t seed) {
  SCOPED_TRACE(std::string(kind.name) + ", " + std::to_string(records) + " records, seed " + std::to_string(seed));
  const Sizes sizes = sizes_of(kind, records, seed);
  EXPECT_LE(static_cast<double>(sizes.ours), kOfZstd * static_cast<double>(sizes.zstd));
}

TEST(Size, OfAFewRecordsIsNeverMuchMoreThanZstdMakesOfThem) {
  const std::uint64_t seed = std::random_device{}();
  for (const Kind& kind : kKinds)
    for (const std::size_t records : {1, 2, 5, 10, 30, 100, 300, 1'000, 3'000}) expect_few_bytes(kind, records, seed + records);
}

// By row these take between 0.7 of what they take by column and all of it: less than zstd makes of them, and by column more.
TEST(Size, OfKeysThatDecideEachOtherIsThatByRow) {
  expect_few_bytes(kTied, 1'000, 1'475'084'762);
  for (const std::size_t records : {650, 700, 800, 900}) {
    expect_few_bytes(kTied, records, 1);
    expect_few_bytes(kTiedAndSeldomSeen, records, 1);
  }
}

}  // namespace
}  // namespace logmill::store
