#include "logquery/export_store.h"

#include <algorithm>

#include "logquery/export_cursor.h"
#include "logquery/export_file.h"
#include "logquery/prepare.h"
#include "logquery/progress.h"
#include "query/scan/hidden_rows.h"
#include "query/scan/index_pruner.h"
#include "query/scan/store_scan.h"
#include "record/fields.h"
#include "store/store_view.h"
#include "text/units.h"

namespace logmill::logquery {
namespace {

// Sorted and written at once: some hundred thousand records.
constexpr std::size_t kBlocksAtOnce = 8;
// What is done again after a kill.
constexpr std::uint64_t kBytesBetweenCursors = 32 << 20;
constexpr std::int64_t kNsBetweenCursors = 2'000'000'000;

// All that decides what is exported and how.
std::string asked(const Options& options) {
  std::string text = options.query + "\n" + options.since + "\n" + options.until + "\n" + options.output;
  for (const std::string& field : options.fields) text += "\n" + field;
  return text;
}

// The part of `rows` that lies within [first, last).
std::vector<store::RowSpan> within(const std::vector<store::RowSpan>& rows, std::uint64_t first, std::uint64_t last) {
  std::vector<store::RowSpan> part;
  for (const store::RowSpan& span : rows)
    if (std::max(span.first, first) < std::min(span.last, last)) part.push_back({std::max(span.first, first), std::min(span.last, last)});
  return part;
}

class StoreExport {
 public:
  StoreExport(const Options& options, const query::Query& query, cli::Io& io)
      : options_(options),
        query_(query),
        io_(io),
        workspace_(held_bytes_max(options), options.temporary_directory),
        pruner_(io.files, io.reporter, query.filter().expr()),
        view_(io.files, options.store.dir, query.filter().bounds().min, query.filter().bounds().max, io.reporter),
        progress_(io),
        cursor_written_at_(io.clock.steady_ns()) {}

  base::Result<Answer> run() {
    LOGMILL_RETURN_IF_ERROR(read_cursor());
    LOGMILL_RETURN_IF_ERROR(view_.refresh());
    LOGMILL_ASSIGN_OR_RETURN(hidden_, query::HiddenRows::make(view_.tombstones()));
    const std::vector<store::StoreView::News> news = view_.take_news();
    LOGMILL_RETURN_IF_ERROR(open_file(news));
    for (const auto& part : news)
      for (const store::RowSpan& span : part.rows) rows_to_read_ += span.last - span.first;
    query::Pipeline pipeline(query_, *file_, workspace_);
    if (query_.each_row()) {
      for (const auto& part : news) LOGMILL_RETURN_IF_ERROR(export_segment(part, pipeline));
    } else {
      LOGMILL_RETURN_IF_ERROR(scan(news, pipeline));
    }
    LOGMILL_RETURN_IF_ERROR(pipeline.finish());
    if (!io_.stop.requested()) LOGMILL_RETURN_IF_ERROR(write_cursor());
    answer_.incomplete = view_.unreadable() > 0;
    answer_.rows_shown = file_->rows();
    return std::move(answer_);
  }

 private:
  base::Status read_cursor() {
    if (options_.cursor_file.empty()) return {};
    LOGMILL_ASSIGN_OR_RETURN(cursor_, ExportCursor::read(files_, options_.cursor_file));
    if (cursor_.file.empty()) {
      cursor_.query = asked(options_);
      cursor_.file = options_.export_file;
      return {};
    }
    if (cursor_.query != asked(options_) || cursor_.file != options_.export_file)
      return base::Error{base::ErrorCode::invalid, options_.cursor_file + ": is the cursor of another export, to " + cursor_.file};
    going_on_ = true;
    view_.go_on_from(cursor_.taken);
    return {};
  }

  base::Status open_file(const std::vector<store::StoreView::News>& news) {
    LOGMILL_ASSIGN_OR_RETURN(const ExportForm form, ExportForm::from_path(options_.export_file, options_.output));
    const bool table = form.printer == "csv" || form.printer == "tsv";
    if (table && cursor_.columns.empty() && query_.stages().empty()) LOGMILL_RETURN_IF_ERROR(find_columns(news));
    // Before the file: whoever finds the file finds its cursor.
    if (!options_.cursor_file.empty() && !going_on_) {
      if (const auto there = files_.info(options_.export_file))
        return base::Error{base::ErrorCode::invalid, options_.export_file + ": is there already, but not its cursor"};
      LOGMILL_RETURN_IF_ERROR(cursor_.write(files_, options_.cursor_file));
    }
    const auto fresh = options_.cursor_file.empty() ? ExportFile::Fresh::yes : ExportFile::Fresh::no;
    LOGMILL_ASSIGN_OR_RETURN(file_, ExportFile::open(files_, options_.export_file, form, cursor_.bytes, fresh, cursor_.columns, io_));
    return {};
  }

  // A head line must name the fields of records that come much later.
  base::Status find_columns(const std::vector<store::StoreView::News>& news) {
    std::vector<std::string> names;
    for (const auto& part : news) {
      for (std::size_t index = 0; index < part.segment->blocks().size(); ++index) {
        const auto block = part.segment->read_block(index);
        if (!block) continue;  // reported when it is read for its rows
        for (const std::string& name : (*block)->column_names())
          if (std::ranges::find(names, name) == names.end()) names.push_back(name);
      }
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    for (const std::string_view name : query::in_common_order(views)) cursor_.columns.emplace_back(name);
    return {};
  }

  base::Status export_segment(const store::StoreView::News& news, query::Pipeline& pipeline) {
    const auto& blocks = news.segment->blocks();
    std::uint64_t first = 0;
    for (std::size_t index = 0; index < blocks.size() && !io_.stop.requested(); index += kBlocksAtOnce) {
      std::uint64_t last = first;
      for (std::size_t i = index; i < std::min(blocks.size(), index + kBlocksAtOnce); ++i) last += blocks[i].rows;
      const auto rows = within(news.rows, first, last);
      if (!rows.empty()) LOGMILL_RETURN_IF_ERROR(scan({{news.segment, rows}}, pipeline));
      if (io_.stop.requested()) break;  // perhaps in the middle
      store::take_rows(cursor_.taken, *news.segment, std::min(last, news.rows.empty() ? last : news.rows.back().last));
      LOGMILL_RETURN_IF_ERROR(write_cursor_if_due());
      first = last;
    }
    return {};
  }

  base::Status scan(const std::vector<store::StoreView::News>& news, query::Pipeline& pipeline) {
    query::StoreScan scan(query_, io_.reporter, io_.stop, &pruner_);
    scan.use_workspace(workspace_);
    scan.hide(hidden_);
    for (const auto& part : news) {
      scan.add(*part.segment, part.rows);
      for (const store::RowSpan& span : part.rows) rows_read_ += span.last - span.first;
    }
    LOGMILL_RETURN_IF_ERROR(scan.run(pipeline));
    answer_.scan += scan.counts();
    answer_.field_names.insert(scan.field_names().begin(), scan.field_names().end());
    progress_.show(rows_read_, rows_to_read_, text::format_count(file_->rows()) + " records, " + text::format_size(file_->bytes()));
    return {};
  }

  base::Status write_cursor_if_due() {
    if (options_.cursor_file.empty()) return {};
    const bool due =
        file_->bytes() - cursor_.bytes >= kBytesBetweenCursors || io_.clock.steady_ns() - cursor_written_at_ >= kNsBetweenCursors;
    return due ? write_cursor() : base::Status{};
  }

  base::Status write_cursor() {
    if (options_.cursor_file.empty()) return {};
    LOGMILL_RETURN_IF_ERROR(file_->sync());
    cursor_.bytes = file_->bytes();
    cursor_.columns = file_->columns();
    cursor_written_at_ = io_.clock.steady_ns();
    return cursor_.write(files_, options_.cursor_file);
  }

  const Options& options_;
  const query::Query& query_;
  cli::Io& io_;
  query::Workspace workspace_;
  sys::FileSystem& files_ = sys::os_file_system();  // what is exported is not encrypted
  query::IndexPruner pruner_;
  store::StoreView view_;
  query::HiddenRows hidden_;
  ExportCursor cursor_;
  bool going_on_ = false;
  std::unique_ptr<ExportFile> file_;
  Progress progress_;
  std::int64_t cursor_written_at_;
  std::uint64_t rows_to_read_ = 0, rows_read_ = 0;
  Answer answer_;
};

}  // namespace

base::Result<Answer> export_store(const Options& options, const query::Query& query, cli::Io& io) {
  return StoreExport(options, query, io).run();
}

}  // namespace logmill::logquery
