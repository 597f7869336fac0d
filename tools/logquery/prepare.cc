#include "logquery/prepare.h"

#include <algorithm>
#include <string>
#include <thread>

#include "query/filter/time_terms.h"
#include "query/language/time_bound.h"
#include "query/pipeline/stage_args.h"
#include "record/fields.h"
#include "text/json_writer.h"
#include "text/time.h"
#include "text/units.h"

namespace logmill::logquery {
namespace {

// For reading: the program, the block at hand, and what is about to be printed; and for the blocks that each further thread has at hand.
// One of long texts has 16 MiB of them, and they are there compressed, in parts and whole.
constexpr std::uint64_t kReadingBytes = 44 << 20, kThreadBytes = 20 << 20;
// What stages may hold at least, of all of it.
constexpr std::uint64_t kHeldShare = 4;

// Of so much memory.
unsigned threads_that_fit(std::uint64_t memory_bytes) {
  const std::uint64_t reading = memory_bytes - memory_bytes / kHeldShare;
  return reading < kReadingBytes ? 1 : static_cast<unsigned>(1 + (reading - kReadingBytes) / kThreadBytes);
}

base::Status narrow_to_bounds(query::Query& query, const Options& options, const query::Context& context) {
  if (!options.since.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs since, query::parse_time_bound("--since", options.since, context));
    LOGMILL_RETURN_IF_ERROR(query.narrow(query::time_term(query::Op::greater_equal, since), context));
  }
  if (!options.until.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs until, query::parse_time_bound("--until", options.until, context));
    LOGMILL_RETURN_IF_ERROR(query.narrow(query::time_term(query::Op::less_equal, until), context));
  }
  return {};
}

base::Status append_fields_stage(query::Query& query, std::string_view stage, const std::vector<std::string>& fields,
                                 const query::Context& context) {
  if (fields.empty()) return {};
  std::string text(stage);
  query::append_fields(text, fields);
  return query.append(text, context);
}

base::Status append_chart(query::Query& query, const Options& options, const query::Context& context) {
  std::string text = "timechart " + options.span;
  if (!options.by.empty()) text += " by ";
  query::append_fields(text, options.by);
  return query.append(text, context);
}

// -A, -B and -C; the stage sees records before all others.
base::Status prepend_context(query::Query& query, const Options& options, const query::Context& context) {
  if (!options.before && !options.after && !options.around) return {};
  const std::uint64_t around = options.around.value_or(0);
  return query.prepend(
      "context -" + std::to_string(options.before.value_or(around)) + " +" + std::to_string(options.after.value_or(around)), context);
}

}  // namespace

bool reads_store(const Options& options) { return !options.merge && options.files.empty() && !options.store.dir.empty(); }

query::Context context_of(const Options& options, base::TimeNs now) {
  return {.now = now, .utc = options.utc, .ignore_case = options.ignore_case, .files = &sys::os_file_system()};
}

// On many cores the time goes into starting threads, and others want to run, too.
unsigned reading_threads(const Options& options) {
  if (options.threads > 0) return options.threads;
  return std::min(std::clamp(std::thread::hardware_concurrency(), 1U, 8U), threads_that_fit(options.memory_bytes));
}

std::uint64_t held_bytes_max(const Options& options) {
  const std::uint64_t reading = kReadingBytes + (reading_threads(options) - 1) * kThreadBytes;
  // While stages put away what they hold, and what lies between it on the heap, takes some.
  return std::max(options.memory_bytes / kHeldShare, (options.memory_bytes - std::min(options.memory_bytes, reading)) / 4 * 3);
}

base::Result<query::Query> prepare_query(const Options& options, base::TimeNs now) {
  const query::Context context = context_of(options, now);
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, query::Query::parse(options.query, context));
  LOGMILL_RETURN_IF_ERROR(narrow_to_bounds(query, options, context));
  LOGMILL_RETURN_IF_ERROR(prepend_context(query, options, context));
  if (!options.span.empty())
    LOGMILL_RETURN_IF_ERROR(append_chart(query, options, context));
  else
    LOGMILL_RETURN_IF_ERROR(append_fields_stage(query, "count by ", options.by, context));
  LOGMILL_RETURN_IF_ERROR(append_fields_stage(query, "top ", options.top, context));
  LOGMILL_RETURN_IF_ERROR(append_fields_stage(query, "fields ", options.fields, context));
  // Of rows in a store the newest are found without reading them all.
  if (options.newest.value_or(0) > 0 && !(reads_store(options) && query.each_row()))
    LOGMILL_RETURN_IF_ERROR(query.append("tail " + std::to_string(*options.newest), context));
  if (options.partial) LOGMILL_RETURN_IF_ERROR(query.make_partial(query::Partial::save));
  if (options.merge) LOGMILL_RETURN_IF_ERROR(query.make_partial(query::Partial::load));
  return query;
}

}  // namespace logmill::logquery
