#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "codec/codec_test_support.h"
#include "record/fields.h"

namespace logmill::codec {
namespace {

using Rows = std::vector<std::string>;
using namespace std::string_literals;

struct LineReading : testing::Test {
  KeptMessages messages;

  Rows read(std::string_view bytes, Format format, std::size_t piece = 1 << 20, std::size_t line_bytes_max = 1 << 20) {
    const auto reader = make_reader({.format = format, .line_bytes_max = line_bytes_max}, messages);
    return read_all(*reader, bytes, piece);
  }
};

TEST_F(LineReading, MixesObjectsAndText) {
  const std::string input = "\xef\xbb\xbf{\"a\":1}\r\n\nplain \"text\"\n \t{\"a\":2}\n{broken\n{\"a\":3}";
  const Rows expected = {R"({"a":1})", R"({"raw":"plain \"text\""})", R"({"a":2})",
                         R"({"raw":"{broken","parse_error":"column 1: not a JSON object"})", R"({"a":3})"};
  for (const std::size_t piece : {1, 2, 3, 1000}) {
    messages.texts.clear();
    EXPECT_EQ(read(input, Format::ndjson, piece), expected) << piece;
    EXPECT_EQ(messages.texts, Rows{"bad_record: line 5: column 1: not a JSON object"});
  }
}

TEST_F(LineReading, KeepsRawLinesByteForByte) {
  const std::string input = "\xef\xbb\xbf one\r\n{\"not\":\"parsed\"}\n\r\n\xff\0z\nlast"s;
  const Rows expected = {R"({"raw":" one"})", R"({"raw":"{\"not\":\"parsed\"}"})", R"({"raw":"\udcff\u0000z"})", R"({"raw":"last"})"};
  for (const std::size_t piece : {1, 5, 1000}) EXPECT_EQ(read(input, Format::raw, piece), expected);
}

TEST_F(LineReading, CutsLinesThatAreTooLong) {
  const Rows expected = {R"({"raw":"12345678"})", R"({"raw":"abcdefgh","cut":true})", R"({"raw":"ij","cut":true})",
                         R"({"raw":"next"})",     R"({"raw":"ABCDEFGH","cut":true})", R"({"raw":"I","cut":true})"};
  for (const std::size_t piece : {1, 3, 8, 9, 1000})
    EXPECT_EQ(read("12345678\nabcdefghij\nnext\nABCDEFGHI", Format::raw, piece, 8), expected) << piece;
  // A part of an object is no object.
  EXPECT_EQ(read("{\"a\":123456}\n{\"b\":1}\n", Format::ndjson, 1000, 8),
            (Rows{R"({"raw":"{\"a\":123","cut":true})", R"({"raw":"456}","cut":true})", R"({"b":1})"}));
  EXPECT_EQ(read("{\"a\":12}\n{\"a\":12}\n", Format::ndjson, 1000, 8), (Rows{R"({"a":12})", R"({"a":12})"}));
  EXPECT_TRUE(messages.texts.empty());
}

// What lies in memory already is read there: the same records, whatever part of the lines is given at once, and none of their bytes is
// copied.
TEST_F(LineReading, ReadsWholeLinesInPlace) {
  std::string lines = "{\"a\":\"x\"}\r\n\nplain \"text\"\n \t{\"a\":2}\n{broken\n{\"b\":\"abcdefghijklmnop\"}\n";
  for (const Format format : {Format::ndjson, Format::raw}) {
    const Rows expected = read(lines, format, 1000, 24);
    const auto first = make_reader({.format = format, .line_bytes_max = 24}, messages);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{20}, lines.size()}) {
      const auto reader = first->another_behind(messages, {});
      Rows rows;
      for (std::size_t begin = 0, end = 0; begin < lines.size(); begin = end) {
        end = lines.find('\n', std::min(begin + piece, lines.size()) - 1) + 1;
        std::string part = lines.substr(begin, end - begin);
        const std::size_t size = part.size();
        part.append(record::TextBuffer::kPadding, '"');
        record::Batch batch;
        ASSERT_EQ(reader->decode_in_place(batch, std::string_view(part).substr(0, size)), size);
        EXPECT_EQ(batch.text().view().data(), part.data());
        EXPECT_FALSE(reader->has_input());
        std::ranges::copy(rows_of(batch), std::back_inserter(rows));
      }
      EXPECT_EQ(rows, expected) << piece;
    }
  }
}

// More rows than a batch may have: the others are for the next one.
TEST_F(LineReading, FillsABatchInPlace) {
  std::string lines;
  for (std::size_t i = 0; i < record::Batch::kRowsMax + 2; ++i) lines += "x\n";
  const std::size_t size = lines.size();
  lines.append(record::TextBuffer::kPadding, 'x');
  const auto reader = make_reader({.format = Format::raw}, messages)->another_behind(messages, {});
  record::Batch batch;
  const std::size_t taken = reader->decode_in_place(batch, std::string_view(lines).substr(0, size));
  EXPECT_EQ(batch.rows(), record::Batch::kRowsMax);
  EXPECT_EQ(taken, 2 * record::Batch::kRowsMax);
  batch.clear();
  EXPECT_EQ(reader->decode_in_place(batch, std::string_view(lines).substr(taken, size - taken)), size - taken);
  EXPECT_EQ(batch.rows(), 2u);
}

TEST_F(LineReading, JoinsLinesThatBelongTogether) {
  const auto joiner = multiline::Joiner::parse("indent");
  ASSERT_TRUE(joiner);
  const auto read_joined = [&](std::string_view bytes, std::size_t piece, std::size_t bytes_max) {
    const auto reader = make_reader({.format = Format::raw, .line_bytes_max = bytes_max, .joiner = &*joiner}, messages);
    return read_all(*reader, bytes, piece);
  };
  for (const std::size_t piece : {1, 2, 5, 1000})
    EXPECT_EQ(read_joined("one\n  1\n  2\ntwo\r\n\nthree\n  3", piece, 100),
              (Rows{R"({"raw":"one\n  1\n  2"})", R"({"raw":"two"})", R"({"raw":"three\n  3"})"}));
  for (const std::size_t piece : {1, 7, 1000})
    EXPECT_EQ(read_joined("one\n  1\n  2\ntwo\n", piece, 8),
              (Rows{R"({"raw":"one\n  1","cut":true})", R"({"raw":"  2","cut":true})", R"({"raw":"two"})"}));
  // Through many batches.
  std::string input;
  Rows expected;
  for (int i = 0; i < 30'000; ++i) {
    input += "event\n  " + std::to_string(i) + " " + std::string(50, 'x') + "\n";
    expected.push_back("{\"raw\":\"event\\n  " + std::to_string(i) + " " + std::string(50, 'x') + "\"}");
  }
  EXPECT_EQ(read_joined(input, 100'000, 1000), expected);
}

TEST_F(LineReading, LinesThatWaitAreTakenWhenNothingComes) {
  const auto joiner = multiline::Joiner::parse("indent");
  const auto reader = make_reader({.format = Format::raw, .joiner = &*joiner}, messages);
  record::Batch batch;
  reader->begin(batch);
  const std::string_view text = "one\n  1\nunfini";
  std::ranges::copy(text, reader->room(batch).begin());
  reader->added(batch, text.size());
  EXPECT_EQ(reader->decode(batch, InputEnd::no), Decoded::needs_input);
  EXPECT_TRUE(batch.empty());
  EXPECT_TRUE(reader->holds_event());
  EXPECT_FALSE(reader->has_input()) << "nothing comes without waiting";
  EXPECT_EQ(reader->decode(batch, InputEnd::pause), Decoded::needs_input);
  ASSERT_EQ(batch.rows(), 1u);
  EXPECT_EQ(batch.get(record::kRaw, 0).text(), "one\n  1");
  EXPECT_FALSE(reader->holds_event());
}

TEST_F(LineReading, GoesOnOverManyBatches) {
  std::string input;
  Rows expected;
  for (int i = 0; i < 60'000; ++i) {
    expected.push_back("{\"n\":" + std::to_string(i) + ",\"pad\":\"" + std::string(50, 'x') + "\"}");
    input += expected.back() + "\n";
  }
  EXPECT_EQ(read(input, Format::ndjson, 100'000), expected);
}

TEST_F(LineReading, TakesALineMuchLongerThanABatch) {
  const std::string text(5 << 20, 'x');
  const Rows rows = read("{\"a\":\"" + text + "\"}\nnext\n", Format::ndjson, 1 << 20, 16 << 20);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].size(), text.size() + 8);
}

// Names that are new in each record make the batch end early, not the memory.
TEST_F(LineReading, EndsABatchThatGrowsTooWide) {
  std::string input;
  for (int i = 0; i < 9000; ++i) input += "{\"a\":1}\n";
  for (int i = 0; i < 3; ++i) {
    input += "{\"a\":2";
    for (int k = 0; k < 900; ++k) input += ",\"k" + std::to_string(i) + "_" + std::to_string(k) + "\":1";
    input += "}\n";
  }
  const auto reader = make_reader({.format = Format::ndjson}, messages);
  const Rows rows = read_all(*reader, input, 1 << 20);
  ASSERT_EQ(rows.size(), 9003u);
  for (int i = 0; i < 3; ++i) EXPECT_GT(rows[static_cast<std::size_t>(9000 + i)].size(), 9000u);
  EXPECT_TRUE(messages.texts.empty());
}

TEST_F(LineReading, OfNothingIsNothing) {
  EXPECT_EQ(read("", Format::ndjson), Rows{});
  EXPECT_EQ(read("\n\r\n\n", Format::raw), Rows{});
}

TEST_F(LineReading, CountsEmptyLines) {
  for (const Format format : {Format::ndjson, Format::raw})
    for (const std::size_t piece : {1, 3, 1000}) {
      const auto reader = make_reader({.format = format}, messages);
      EXPECT_EQ(read_all(*reader, "\xef\xbb\xbf\n\r\n{\"a\":1}\n\n \nlast\n\n", piece).size(), 3u);
      EXPECT_EQ(reader->empty_lines(), 4u);
    }
}

// What one odd input needed is given back when the batch is used again.
TEST_F(LineReading, LeavesASmallBatchAfterAHugeLine) {
  std::string input = "{\"a\":\"" + std::string(10 << 20, 'x') + "\"}\n";
  for (int i = 0; i < 3000; ++i) {
    input += "{\"a\":1";
    for (int k = 0; k < 20; ++k) input += ",\"k" + std::to_string(i) + "_" + std::to_string(k) + "\":" + std::to_string(k);
    input += "}\n";
  }
  std::string ordinary;
  for (int i = 0; i < 60'000; ++i) ordinary += "{\"n\":" + std::to_string(i) + ",\"pad\":\"" + std::string(50, 'x') + "\"}\n";
  const auto reader = make_reader({.format = Format::ndjson}, messages);
  std::size_t most = 0, last = 0, rows = 0;
  for_each_batch(*reader, input += ordinary, 1 << 20, [&](const record::Batch& batch) {
    rows += batch.rows();
    last = batch.memory_bytes();
    most = std::max(most, last);
  });
  EXPECT_EQ(rows, 63'001u);
  EXPECT_LT(most, 40u << 20);
  EXPECT_LT(last, 4u << 20);
}

TEST(Formats, AreToldByTheFirstBytes) {
  struct Case {
    std::string_view head;
    Format format;
    bool undecided;
  };
  const Case cases[] = {
      {"{\"a\":1}\n", Format::ndjson, false},
      {" \n\t {", Format::ndjson, false},
      {"\xef\xbb\xbf{", Format::ndjson, false},
      {"\x89lmf\r\n\x1a\n", Format::frames, false},
      {"plain", Format::raw, false},
      {"[1]", Format::raw, false},
      {"", Format::raw, true},
      {"\n", Format::raw, true},
      {"\x89lm", Format::raw, true},
      {"\xef\xbb", Format::raw, true},
      {"\x89x", Format::raw, false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(format_undecided(c.head), c.undecided) << c.head;
    EXPECT_EQ(detect_format(c.head), c.format) << c.head;
  }
  EXPECT_TRUE(container_undecided("BZ"));
  EXPECT_FALSE(container_undecided("B\n"));
  EXPECT_EQ(format_from_name("json"), Format::ndjson);
  EXPECT_EQ(format_from_name("xml"), std::nullopt);
  EXPECT_EQ(format_name(Format::raw), "raw");
}

TEST(RawWriter, PrintsTheLineElseTheMessageElseTheObject) {
  record::Batch batch;
  for (int i = 0; i < 3; ++i) batch.add_row();
  batch.set("raw", 0, record::Value::string("the line"));
  batch.set("message", 0, record::Value::string("not this"));
  batch.set("message", 1, record::Value::string("the message"));
  batch.set("n", 2, record::Value::integer(1));
  std::string out;
  ASSERT_TRUE(make_writer(Format::raw, Compress::no)->append(batch, out));
  EXPECT_EQ(out, "the line\nthe message\n{\"n\":1}\n");
}

}  // namespace
}  // namespace logmill::codec
