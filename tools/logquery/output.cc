#include "logquery/output.h"

#include <string>

#include "cli/option_groups.h"
#include "logquery/export_file.h"
#include "logquery/screen.h"
#include "query/output/row_printer.h"
#include "query/pipeline/held_rows.h"
#include "stream/sink.h"
#include "sys/fd.h"

namespace logmill::logquery {
namespace {

constexpr std::size_t kBufferBytes = 64 << 10;
// Leaves a page that fits the screen where it is, passes colours on, keeps the screen as it is.
constexpr std::string_view kPager = "command -v less >/dev/null && exec less -FRX || exec cat";
// The same from the end, where the newest rows are.
constexpr std::string_view kPagerAtEnd = "command -v less >/dev/null && exec less -RX +G || exec cat";

class TextOutput : public Output {
 public:
  TextOutput(const query::PrinterSpec& form, const query::PrintOptions& printing, Screen screen, cli::Io& io)
      : form_(form), printing_(printing), printer_(form.make(printing)), screen_(std::move(screen)), io_(io) {}

  base::Status separate() override {
    separate_ = rows_ > 0;
    return {};
  }
  base::Status push(const query::Rows& rows) override {
    if (separate_ && !rows.selected.empty()) {
      buffer_ += form_.separator;
      separate_ = false;
    }
    rows_ += rows.selected.size();
    LOGMILL_RETURN_IF_ERROR(printer_->print(rows, buffer_));
    return buffer_.size() >= kBufferBytes ? flush() : base::Status{};
  }
  base::Status flush() override {
    if (buffer_.empty()) return {};
    LOGMILL_RETURN_IF_ERROR(screen_.write(buffer_));
    buffer_.clear();
    return {};
  }
  // Columns are drawn anew for each part.
  base::Status end_part() override {
    if (printing_.table || form_.name == "table") {
      LOGMILL_RETURN_IF_ERROR(printer_->finish(buffer_));
      printer_ = form_.make(printing_);
    }
    return flush();
  }
  base::Status finish() override {
    LOGMILL_RETURN_IF_ERROR(printer_->finish(buffer_));
    warn_of_left_out();
    LOGMILL_RETURN_IF_ERROR(flush());
    return screen_.finish();
  }

 private:
  void warn_of_left_out() {
    std::string names;
    for (const std::string& name : printer_->left_out()) names += (names.empty() ? "" : ", ") + name;
    if (!names.empty()) io_.reporter.warn("left_out", names + ": not in the head line, left out; name the fields with --fields");
  }

  const query::PrinterSpec& form_;
  query::PrintOptions printing_;
  std::unique_ptr<query::RowPrinter> printer_;
  bool separate_ = false;  // once another row comes
  Screen screen_;
  cli::Io& io_;
  std::string buffer_;
};

class FrameOutput : public Output {
 public:
  explicit FrameOutput(std::unique_ptr<stream::Sink> sink) : sink_(std::move(sink)) {}

  base::Status push(const query::Rows& rows) override {
    rows_ += rows.selected.size();
    query::HeldRows held;
    LOGMILL_RETURN_IF_ERROR(held.add(rows));
    return sink_->write(held.batch());
  }
  base::Status flush() override { return sink_->flush(); }
  base::Status finish() override { return sink_->close(); }

 private:
  std::unique_ptr<stream::Sink> sink_;
};

// --count: one number, as grep -c prints it.
class CountOutput : public Output {
 public:
  explicit CountOutput(cli::Io& io) : io_(io) {}

  base::Status push(const query::Rows& rows) override {
    rows_ += rows.selected.size();
    return {};
  }
  base::Status flush() override { return {}; }
  base::Status finish() override { return sys::write_all(io_.out, std::to_string(rows_) + "\n"); }

 private:
  cli::Io& io_;
};

std::string_view format_name(const Options& options, codec::Format input, const cli::Io& io) {
  if (!options.output.empty()) return options.output;
  if (options.table) return "table";
  if (io.out_is_terminal) return "text";
  return codec::format_name(cli::OutputOptions{}.resolve(input));
}

base::Error frames_on_terminal() { return {base::ErrorCode::invalid, "frames are not for a terminal; use a pipe or -o text"}; }

// Only where somebody sits, and not for what never ends.
bool wants_pager(const Options& options, const cli::Io& io) {
  return io.out_is_terminal && io.in_is_terminal && !options.no_pager && !options.follow && options.pager != "cat";
}

std::string pager_command(const Options& options, const query::Query& query) {
  if (!options.pager.empty()) return options.pager;
  return std::string(query.each_row() ? kPagerAtEnd : kPager);
}

std::unique_ptr<Output> make_text(std::string_view name, const Options& options, const query::Query& query, query::Workspace& workspace,
                                  Screen screen, cli::Io& io) {
  const query::PrintOptions printing{.color = io.color,
                                     .terminal = io.out_is_terminal,
                                     .utc = options.utc,
                                     .hits = &query.wanted(),
                                     .table = name == "text" && query.makes_table(),
                                     .chart = name == "text" ? query.chart() : std::string{},
                                     .split = name == "text" ? query.split() : std::string{},
                                     .width = options.wide ? 0 : sys::terminal_columns(io.out),
                                     .fold = io.out_is_terminal && !options.wide,
                                     .workspace = &workspace};
  return std::make_unique<TextOutput>(*query::find_printer(name), printing, std::move(screen), io);
}

}  // namespace

base::Result<std::unique_ptr<Output>> make_output(const Options& options, const query::Query& query, codec::Format input,
                                                  query::Workspace& workspace, cli::Io& io) {
  if (!options.export_file.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const ExportForm form, ExportForm::from_path(options.export_file, options.output));
    LOGMILL_ASSIGN_OR_RETURN(auto file,
                             ExportFile::open(sys::os_file_system(), options.export_file, form, 0, ExportFile::Fresh::yes, {}, io));
    return std::unique_ptr<Output>(std::move(file));
  }
  if (options.count_only) return std::unique_ptr<Output>(std::make_unique<CountOutput>(io));
  const std::string_view name = format_name(options, input, io);
  if (name == codec::format_name(codec::Format::frames)) {
    if (io.out_is_terminal) return frames_on_terminal();
    LOGMILL_ASSIGN_OR_RETURN(auto sink, stream::open_sink("-", io.out, {.format = codec::Format::frames}, io.stop, io.reporter));
    return std::unique_ptr<Output>(std::make_unique<FrameOutput>(std::move(sink)));
  }
  return make_text(name, options, query, workspace, Screen(io.out, wants_pager(options, io) ? pager_command(options, query) : ""), io);
}

base::Result<std::unique_ptr<Output>> make_drawing(const Options& options, const query::Query& query, query::Workspace& workspace,
                                                   cli::Io& io, std::string& text) {
  const std::string_view name = format_name(options, codec::Format::automatic, io);
  if (name == codec::format_name(codec::Format::frames)) return frames_on_terminal();
  return make_text(name, options, query, workspace, Screen(text), io);
}

}  // namespace logmill::logquery
