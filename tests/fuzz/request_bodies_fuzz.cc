// Bodies of requests that bring records: what is taken of any bytes are parts of them, and what is said to be a record is given on whole.
// The first byte says of which kind the body is.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "codec/snappy_block.h"
#include "http/request.h"
#include "logserve/api/body_object.h"
#include "logserve/elastic/bulk_body.h"
#include "logserve/ingest/ingest_body.h"
#include "logserve/loki/loki_push_body.h"
#include "record/json_object.h"

namespace {

using namespace logmill;

constexpr std::uint64_t kBodyMax = 1 << 16;

bool is_part_of(std::string_view part, std::string_view body) {
  return part.empty() || (part.data() >= body.data() && part.data() + part.size() <= body.data() + body.size());
}

// Reads one as the store would take it.
void read_record(std::string_view json) {
  record::JsonObjectReader reader;
  record::Batch batch;
  record::RowWriter row(batch);
  row.add_row();
  if (!reader.read(batch.own(json), row)) batch.drop_last_row();
  if (batch.rows() > 1) std::abort();
}

void check_ingest(std::string_view body) {
  for (const std::string_view one : logserve::split_body(body)) {
    if (!is_part_of(one, body)) std::abort();
    read_record(one);
  }
}

void check_compressed(std::string_view body, std::string_view encoding) {
  std::string unpacked;
  const auto text = logserve::decompress_body(body, encoding, kBodyMax, unpacked);
  if (text && text->size() > kBodyMax) std::abort();
}

void check_snappy(std::string_view body) {
  const auto text = codec::inflate_snappy(body, kBodyMax);
  if (text && text->size() > kBodyMax) std::abort();
}

void check_bulk(std::string_view body) {
  const auto items = logserve::parse_bulk(body);
  if (!items) return;
  for (const logserve::BulkItem& item : *items) {
    if (!is_part_of(item.document, body) || item.document.find('\n') != std::string_view::npos) std::abort();
    if (item.stores()) read_record(item.document);
  }
}

// Twice the same: first it is looked at, then taken.
void check_push(std::string_view body, decltype(&logserve::each_pushed_record) each_record) {
  std::size_t records = 0, bytes = 0, again = 0;
  const auto count = [&](std::string_view record) {
    ++records;
    bytes += record.size();
    read_record(record);
    return base::Status();
  };
  const bool whole = each_record(body, kBodyMax, count).has_value();
  if (bytes > kBodyMax) std::abort();
  const bool whole_again = each_record(body, kBodyMax, [&](std::string_view) { return ++again, base::Status(); }).has_value();
  if (whole != whole_again || records != again) std::abort();
}

void check_form(std::string_view body) {
  const auto form = http::parse_form(body);
  const auto target = http::parse_target("/x?" + std::string(body.substr(0, body.find('#'))));
  if (form && target && body.find('#') == std::string_view::npos && *form != target->parameters) std::abort();
  if (const auto object = logserve::BodyObject::parse(body)) [[maybe_unused]]
    const std::string text = object->text("query");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'i': check_ingest(body); break;
    case 'g': check_compressed(body, "gzip"); break;
    case 'z': check_compressed(body, "zstd"); break;
    case 'b': check_bulk(body); break;
    case 'p': check_push(body, logserve::each_pushed_record); break;
    case 'q': check_push(body, logserve::each_record_of_push_request); break;
    case 's': check_snappy(body); break;
    default: check_form(body);
  }
  return 0;
}
