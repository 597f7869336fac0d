// Token indexes. docs/formats/index.md.
#include "index/index_file.h"
#include "index/index_format.h"
#include "loginspect/item.h"

namespace logmill::loginspect {
namespace {

class IndexItem : public Item {
 public:
  IndexItem(Target target, cli::Io& io) : target_(std::move(target)), io_(io) {}

  base::Result<Summary> summarize() override {
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo file, io_.files.info(target_.path));
    Summary summary;
    summary.kind = "index";
    summary.bytes = file.size;
    if (const auto index = open(); !index) {
      io_.reporter.warn("index", index.error().what);
      summary.damaged = true;
    }
    return summary;
  }

  base::Status read(const Write&) override {
    return base::Error{base::ErrorCode::invalid, target_.name + ": an index holds no records"};
  }
  base::Status search(std::string_view, const Write&) override { return {}; }

  base::Status verify(const std::function<void(std::string)>& report) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto index, open());
    if (const auto sound = index->reader().verify(); !sound)
      report(sound.error().what + "; queries read more blocks, logindex --rebuild repairs");
    return {};
  }

  base::Status describe(const std::function<void(std::string_view, const Fields&)>& show) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto index, open());
    const index::IndexReader& reader = index->reader();
    show("index", {{"version", std::to_string(index::kIndexVersion)},
                   {"segment_id", reader.segment().id},
                   {"segment_bytes", std::to_string(reader.segment().bytes)},
                   {"segment_tail", std::to_string(reader.segment().tail)},
                   {"blocks", std::to_string(reader.blocks())},
                   {"groups", std::to_string(reader.groups().size())}});
    for (const index::IndexReader::Group& group : reader.groups()) {
      std::uint64_t keys = 0;
      for (const std::uint64_t block : group.keys) keys += block;
      show("group", {{"first_block", std::to_string(group.first_block)},
                     {"blocks", std::to_string(group.shape.blocks)},
                     {"lanes", std::to_string(group.shape.lanes)},
                     {"keys", std::to_string(keys)},
                     {"filter_bytes", std::to_string(group.shape.bytes())}});
    }
    return {};
  }

 private:
  base::Result<std::unique_ptr<index::IndexFile>> open() {
    return index::IndexFile::open(io_.files, target_.path);
  }

  Target target_;
  cli::Io& io_;
};

}  // namespace

std::unique_ptr<Item> make_index_item(Target target, cli::Io& io) {
  return std::make_unique<IndexItem>(std::move(target), io);
}

}  // namespace logmill::loginspect
