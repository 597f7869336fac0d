#include "codec/formats.h"
#include "record/fields.h"
#include "record/json_object.h"

namespace logmill::codec {
namespace {

class NdjsonWriter final : public Writer {
 public:
  base::Status append(const record::Batch& batch, std::string& out) override {
    const record::JsonObjectWriter objects(batch);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      objects.append(row, out);
      out.push_back('\n');
    }
    return {};
  }
  void append_end(std::string&) override {}
};

// Lines as they were; of records that have no `raw`, the message; of those without either, the
// object.
class RawWriter final : public Writer {
 public:
  base::Status append(const record::Batch& batch, std::string& out) override {
    const record::JsonObjectWriter objects(batch);
    const record::Column* raw = batch.find(record::kRaw);
    const record::Column* message = batch.find(record::kMessage);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      record::Value line = raw != nullptr ? raw->at(row) : record::Value{};
      if (!line.present() && message != nullptr) line = message->at(row);
      if (line.present())
        append_plain(out, line);
      else
        objects.append(row, out);
      out.push_back('\n');
    }
    return {};
  }
  void append_end(std::string&) override {}
};

}  // namespace

std::unique_ptr<Writer> make_ndjson_writer() { return std::make_unique<NdjsonWriter>(); }
std::unique_ptr<Writer> make_raw_writer() { return std::make_unique<RawWriter>(); }

}  // namespace logmill::codec
