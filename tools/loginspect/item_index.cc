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
    summary.state = "sealed";
    summary.bytes = file.size;
    if (const auto index = open(); !index) {
      io_.reporter.warn("index", index.error().what);
      summary.damaged = true;
    }
    return summary;
  }

  base::Status read(Form, const Write&) override {
    return base::Error{base::ErrorCode::invalid, target_.name + ": an index holds no records"};
  }
  base::Status search(std::string_view, Form, const Write&) override { return {}; }
  base::Status measure(Usage&) override { return {}; }

  base::Status verify(const std::function<void(std::string)>& report) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto index, open());
    if (const auto sound = index->reader().verify(); !sound)
      report(sound.error().what + "; queries read more blocks, logindex --rebuild repairs");
    return {};
  }

  base::Status describe(const Show& show) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto index, open());
    const index::IndexReader& reader = index->reader();
    LOGMILL_RETURN_IF_ERROR(show(Structure("header")
                                     .add("version", std::uint64_t{index::kIndexVersion})
                                     .add("segment_bytes", reader.segment().bytes)
                                     .add_hash("segment_tail", reader.segment().tail)
                                     .add("blocks", std::uint64_t{reader.blocks()})
                                     .add("groups", std::uint64_t{reader.groups().size()})));
    LOGMILL_RETURN_IF_ERROR(show(Structure("directory").add("segment_id", reader.segment().id)));
    for (const index::IndexReader::Group& group : reader.groups()) {
      std::uint64_t keys = 0;
      for (const std::uint64_t block : group.keys) keys += block;
      LOGMILL_RETURN_IF_ERROR(show(Structure("group", 1)
                                       .add("first_block", std::uint64_t{group.first_block})
                                       .add("blocks", std::uint64_t{group.shape.blocks})
                                       .add("lanes", std::uint64_t{group.shape.lanes})
                                       .add("keys", keys)
                                       .add("filter_bytes", std::uint64_t{group.shape.bytes()})));
    }
    return {};
  }

 private:
  base::Result<std::unique_ptr<index::IndexFile>> open() { return index::IndexFile::open(io_.files, target_.path); }

  Target target_;
  cli::Io& io_;
};

}  // namespace

std::unique_ptr<Item> make_index_item(Target target, cli::Io& io) { return std::make_unique<IndexItem>(std::move(target), io); }

}  // namespace logmill::loginspect
