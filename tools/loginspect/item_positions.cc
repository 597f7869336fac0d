// Positions of flat files. docs/formats/flat.md.
#include "flat/flat_format.h"
#include "flat/positions_file.h"
#include "loginspect/item.h"

namespace logmill::loginspect {
namespace {

constexpr std::uint64_t kBytesMax = 1 << 30;

class PositionsItem : public Item {
 public:
  PositionsItem(Target target, cli::Io& io) : target_(std::move(target)), io_(io) {}

  base::Result<Summary> summarize() override {
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo file, io_.files.info(target_.path));
    Summary summary;
    summary.kind = "posit";
    summary.state = "whole";
    summary.bytes = file.size;
    if (const auto positions = parse(); !positions) {
      io_.reporter.warn("positions", positions.error().what);
      summary.damaged = true;
    }
    return summary;
  }

  base::Status read(Form, const Write&) override {
    return base::Error{base::ErrorCode::invalid, target_.name + ": positions hold no records; --info shows them"};
  }
  base::Status search(std::string_view, Form, const Write&) override { return {}; }
  base::Status measure(Usage&) override { return {}; }

  base::Status verify(const std::function<void(std::string)>&) override {
    LOGMILL_ASSIGN_OR_RETURN([[maybe_unused]] const auto positions, parse());
    return {};
  }

  base::Status describe(const Show& show) override {
    LOGMILL_ASSIGN_OR_RETURN(const flat::Positions positions, parse());
    LOGMILL_RETURN_IF_ERROR(
        show(Structure("head").add("version", std::uint64_t{flat::kPositionsVersion}).add("flags", positions.synced ? "synced" : "none")));
    for (const flat::PositionEntry& entry : positions.entries) {
      LOGMILL_RETURN_IF_ERROR(
          show(Structure("entry").add("inode", entry.inode).add("from", entry.from).add("to", entry.to).add_hash("hash", entry.hash)));
      for (const store::Frontier& frontier : entry.frontiers)
        LOGMILL_RETURN_IF_ERROR(show(Structure("frontier", 1)
                                         .add_stream("stream", frontier.stream)
                                         .add("epoch", std::uint64_t{frontier.epoch})
                                         .add("position", frontier.position)));
    }
    return {};
  }

 private:
  base::Result<flat::Positions> parse() {
    LOGMILL_ASSIGN_OR_RETURN(const std::string bytes, io_.files.read_file(target_.path, kBytesMax));
    auto positions = flat::parse_positions(bytes);
    if (!positions) return std::move(positions).error().with_context(target_.path);
    return positions;
  }

  Target target_;
  cli::Io& io_;
};

}  // namespace

std::unique_ptr<Item> make_positions_item(Target target, cli::Io& io) { return std::make_unique<PositionsItem>(std::move(target), io); }

}  // namespace logmill::loginspect
