#include <string>

#include "logquery/complete.h"
#include "logquery/export_store.h"
#include "logquery/hints.h"
#include "logquery/logquery.h"
#include "logquery/open_page.h"
#include "logquery/prepare.h"
#include "logquery/search_input.h"
#include "logquery/search_store.h"
#include "sys/fd.h"
#include "sys/heap.h"
#include "text/json_writer.h"
#include "text/units.h"

namespace logmill::logquery {
namespace {

std::string part(std::uint64_t count, std::string_view what) { return text::format_count(count) + " " + std::string(what); }

std::string describe_blocks(const query::ScanCounts& scan) {
  std::string text = part(scan.segments, scan.segments == 1 ? "segment, " : "segments, ") +
                     part(scan.blocks, scan.blocks == 1 ? "block: " : "blocks: ") + part(scan.blocks_read, "read");
  const auto append = [&text](std::uint64_t blocks, std::string_view what) {
    if (blocks > 0) text += ", " + part(blocks, what);
  };
  append(scan.blocks_outside_time, "left out by time");
  append(scan.blocks_ruled_out, "left out by index");
  append(scan.blocks_outside_zones, "left out by their least and greatest values");
  append(scan.blocks_not_needed, "not needed");
  append(scan.blocks_counted, "counted in footers");
  append(scan.blocks_damaged, "damaged");
  return text;
}

std::string describe_rows(const Answer& answer) {
  return part(answer.scan.rows_seen, "rows read, ") + part(answer.scan.rows_matched, "matched, ") + part(answer.rows_shown, "shown; ") +
         text::format_size(answer.scan.bytes_read);
}

base::Status print_stats(const Options& options, const Answer& answer, std::int64_t elapsed_ns, cli::Io& io) {
  std::string text = "logquery: " + describe_rows(answer);
  if (answer.bytes_sieved > 0) text += ", " + text::format_size(answer.bytes_sieved) + " of text not parsed";
  if (answer.spans > 0) text += "; " + part(answer.spans, "spans in sidecars: ") + part(answer.spans_skipped, "not read");
  if (reads_store(options)) text += "; " + describe_blocks(answer.scan);
  return sys::write_all(io.err, text + "; " + text::format_duration(elapsed_ns) + "\n");
}

base::Status explain(const query::Query& query, cli::Io& io) {
  std::string text = "query:  " + query.text() + "\n";
  const query::TimeBounds& bounds = query.filter().bounds();
  const query::TimeBounds all = query::time_bounds(query::Expr{}, {});
  text += "times:  ";
  if (bounds.min > all.min) {
    text += "from ";
    text::append_time_utc(text, bounds.min);
  }
  if (bounds.max < all.max) {
    text += bounds.min > all.min ? " to " : "up to ";
    text::append_time_utc(text, bounds.max);
  }
  if (bounds.min == all.min && bounds.max == all.max) text += "any";
  text += "\norder:  ";
  text += query.order_matters() ? "by time\n" : "as stored\n";
  return sys::write_all(io.err, text);
}

cli::Exit exit_of(const query::Query& query, const Answer& answer) {
  if (answer.writer_died) return cli::Exit::retry;
  if (answer.incomplete || answer.scan.blocks_damaged > 0) return cli::Exit::failed;
  // Of what was read with hits, only what is shown tells whether there were any.
  const std::uint64_t found = query.reads_more() ? answer.rows_shown : answer.scan.rows_matched;
  return found > 0 ? cli::Exit::done : cli::Exit::no;
}

// A name that is wrong must not look like a store without matches. False where the store is not there: as with files that is told,
// and it has no records; its writer may be about to begin.
base::Result<bool> find_store(const Options& options, cli::Io& io) {
  if (options.follow) return true;
  const auto folder = io.files.info(options.store.dir);
  if (folder && !folder->is_directory)
    return base::Error{base::ErrorCode::invalid, options.store.dir + ": is a file; a store is a folder, and files come behind the query"};
  if (!folder) io.reporter.warn("unreadable", folder.error().what);
  return folder.has_value();
}

base::Result<Answer> search(const Options& options, const query::Query& query, cli::Io& io) {
  if (!reads_store(options)) return search_input(options, query, io);
  LOGMILL_ASSIGN_OR_RETURN(const bool found, find_store(options, io));
  auto answer = options.export_file.empty() ? search_store(options, query, io) : export_store(options, query, io);
  if (answer && !found) answer->incomplete = true;
  return answer;
}

}  // namespace

base::Result<cli::Exit> Logquery::run(const Options& options, cli::Io& io) {
  if (options.complete) return complete_query(options, io);
  if (options.open) return open_page(options, io);
  const std::int64_t started = io.clock.steady_ns();
  LOGMILL_ASSIGN_OR_RETURN(const query::Query query, prepare_query(options, io.clock.now()));
  if (options.explain) LOGMILL_RETURN_IF_ERROR(explain(query, io));
  if (!reads_store(options) && options.files.empty() && io.in_is_terminal) {
    io.reporter.warn("nothing", "nothing to search: name a store (-d DIR) or files, or pipe records in");
    return cli::Exit::usage;
  }
  sys::keep_heap_small();
  LOGMILL_ASSIGN_OR_RETURN(const Answer answer, search(options, query, io));
  if (!options.merge) give_hints(options, query, answer, io);
  if (answer.scan.blocks_damaged > 0)
    io.reporter.warn("incomplete", "the answer lacks what was in " + part(answer.scan.blocks_damaged, "damaged blocks: ") +
                                       part(answer.scan.rows_damaged, "records"));
  if (!options.export_file.empty() && io.err_is_terminal && !io.quiet)
    LOGMILL_RETURN_IF_ERROR(
        sys::write_all(io.err, "logquery: " + options.export_file + ": " + text::format_count(answer.rows_shown) + " records written\n"));
  if (options.stats || options.explain) LOGMILL_RETURN_IF_ERROR(print_stats(options, answer, io.clock.steady_ns() - started, io));
  return exit_of(query, answer);
}

}  // namespace logmill::logquery
