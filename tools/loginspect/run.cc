#include "loginspect/loginspect.h"

#include <algorithm>

#include "loginspect/item.h"
#include "loginspect/listing.h"
#include "loginspect/report.h"
#include "loginspect/rings.h"
#include "sys/fd.h"
#include "text/json_writer.h"
#include "text/suggest.h"

namespace logmill::loginspect {
namespace {

using base::ErrorCode;

std::string_view without_extension(std::string_view name) { return name.substr(0, name.rfind('.')); }

class Run {
 public:
  Run(const Options& options, cli::Io& io) : options_(options), io_(io) {}

  base::Result<cli::Exit> go() {
    if (options_.action != Action::rings) LOGMILL_RETURN_IF_ERROR(find());
    base::Status status = act();
    LOGMILL_RETURN_IF_ERROR(flush());
    LOGMILL_RETURN_IF_ERROR(status);
    if (options_.action == Action::search) return hits_ > 0 && !damage_ ? cli::Exit::done : cli::Exit::no;
    return damage_ ? cli::Exit::no : cli::Exit::done;
  }

 private:
  base::Status find() {
    std::vector<std::string> paths = options_.paths;
    // -d from the environment does not join paths that were typed; where neither is given, a name is a path.
    if (paths.empty()) paths.push_back(options_.store.dir.empty() ? options_.name : options_.store.dir);
    for (const std::string& path : paths) {
      auto found = find_targets(io_.files, path);
      if (!found) return explain_missing(std::move(found).error(), path);
      std::ranges::move(*found, std::back_inserter(targets_));
    }
    return {};
  }

  // A word that was meant to say what to do.
  static base::Error explain_missing(base::Error error, const std::string& path) {
    const std::vector<std::string> actions = action_flags();
    if (const std::string_view near = text::nearest("--" + path, {actions.begin(), actions.end()}); !near.empty())
      error.what += "; did you mean '" + std::string(near) + "'?";
    return error;
  }

  base::Status act() {
    switch (options_.action) {
      case Action::list: return list();
      case Action::read:
        return with_named([&](Item& item) { return item.read(form(), [this](std::string_view bytes) { return put(bytes); }); });
      case Action::info: return with_named([this](Item& item) { return show_info(item); });
      case Action::search: return with_each([this](Item& item, const Target& target) { return search(item, target); });
      case Action::verify: return verify();
      case Action::usage: return show_usage();
      case Action::rings: return show_rings();
    }
    return {};
  }

  Form form() const { return options_.json ? Form::json : Form::plain; }
  query::Style style() const { return {.color = io_.color, .terminal = io_.out_is_terminal}; }

  base::Status list() {
    Listing listing(io_.out_is_terminal ? Listing::Zone::local : Listing::Zone::utc, style(),
                    io_.out_is_terminal ? sys::terminal_columns(io_.out) : 0);
    LOGMILL_RETURN_IF_ERROR(with_each([&](Item& item, const Target& target) -> base::Status {
      LOGMILL_ASSIGN_OR_RETURN(Summary summary, item.summarize());
      if (target.kept) summary.damaged = false;
      damage_ = damage_ || summary.damaged;
      if (options_.json) return put(summary_json(target.name, summary));
      listing.add(summary.kind == "seg" ? std::string(without_extension(target.name)) : target.name, summary);
      return {};
    }));
    return options_.json ? base::Status() : put(listing.text());
  }

  base::Status search(Item& item, const Target& target) {
    // What of it can be read is found where it was salvaged to.
    if (target.kept) return {};
    return item.search(options_.text, form(), [&](std::string_view record) -> base::Status {
      ++hits_;
      if (options_.json) {
        std::string line = "{\"name\":";
        text::append_json_string(line, target.name);
        line.append(",\"record\":").append(record.substr(0, record.size() - 1)).append("}\n");
        return put(line);
      }
      if (targets_.size() > 1) LOGMILL_RETURN_IF_ERROR(put(target.name + ":"));
      return put(record);
    });
  }

  base::Status verify() {
    std::uint64_t sound = 0, kept = 0;
    LOGMILL_RETURN_IF_ERROR(with_each([&](Item& item, const Target& target) -> base::Status {
      std::vector<std::string> damages;
      if (target.kept) {
        ++kept;
        return put(options_.json ? kept_json(target.name) : kept_text(target.name));
      }
      const auto status = item.verify([&](std::string damage) { damages.push_back(std::move(damage)); });
      if (!status && status.error().code != ErrorCode::corrupt && status.error().code != ErrorCode::unsupported) return status;
      if (!status) damages.push_back(status.error().what);
      damage_ = damage_ || !damages.empty();
      sound += damages.empty();
      return put(options_.json ? verdict_json(target.name, damages) : verdict_text(target.name, damages, style()));
    }));
    if (options_.json) return {};
    return put(std::to_string(sound) + " of " + std::to_string(targets_.size() - kept) + " files are sound" +
               (kept > 0 ? ", " + std::to_string(kept) + " kept from before a repair" : "") + "\n");
  }

  base::Status show_info(Item& item) {
    LOGMILL_RETURN_IF_ERROR(item.describe([&](const Structure& structure) {
      damage_ = damage_ || structure.title() == kDamageTitle;
      return put(options_.json ? structure.json() : structure.line());
    }));
    LOGMILL_ASSIGN_OR_RETURN(const auto totals, item.column_totals());
    if (totals.empty()) return {};
    if (options_.json) return put(column_totals_json(totals));
    LOGMILL_ASSIGN_OR_RETURN(const Summary summary, item.summarize());
    return put("\n" + column_totals_text(totals, summary.records.value_or(0), style()));
  }

  base::Status show_usage() {
    Usage usage(options_.by.empty() ? std::vector<std::string>{"service", std::string(kByLevel), std::string(kByDay)} : options_.by);
    LOGMILL_RETURN_IF_ERROR(with_each([&](Item& item, const Target&) { return item.measure(usage); }));
    return put(options_.json ? usage_json(usage) : usage_text(usage, options_.rows_max, style()));
  }

  base::Status show_rings() {
    std::uint64_t unreachable = 0;
    LOGMILL_ASSIGN_OR_RETURN(const std::string text, answer_about_rings(options_, io_, unreachable));
    damage_ = unreachable > 0;
    return put(text);
  }

  template <class Use>
  base::Status use_one(const Target& target, Use use) {
    auto item = open_item(target, io_);
    base::Status status = item ? use(**item, target) : std::move(item).error();
    if (status) return {};
    const ErrorCode code = status.error().code;
    if (code != ErrorCode::corrupt && code != ErrorCode::unsupported && code != ErrorCode::not_found) return status;
    if (!target.kept) io_.reporter.warn("file", status.error().what);
    damage_ = damage_ || !target.kept;
    return {};
  }

  template <class Use>
  base::Status with_each(Use use) {
    for (const Target& target : targets_) {
      if (io_.stop.requested()) break;
      LOGMILL_RETURN_IF_ERROR(use_one(target, use));
    }
    return {};
  }

  // The one that --read or --info names: by file name, with or without its extension, or by path.
  template <class Use>
  base::Status with_named(Use use) {
    const auto same = [this](const Target& target) { return target.name == options_.name || target.path == options_.name; };
    const auto same_stem = [this](const Target& target) { return without_extension(target.name) == options_.name; };
    auto found = std::ranges::find_if(targets_, same);
    if (found == targets_.end()) found = std::ranges::find_if(targets_, same_stem);
    if (found == targets_.end())
      return base::Error{ErrorCode::not_found, options_.name + ": no such file here; --list shows what there is"};
    LOGMILL_ASSIGN_OR_RETURN(const auto item, open_item(*found, io_));
    return use(*item);
  }

  base::Status put(std::string_view bytes) {
    constexpr std::size_t kBuffered = 64 << 10;
    buffer_ += bytes;
    return buffer_.size() < kBuffered ? base::Status() : flush();
  }

  base::Status flush() {
    const auto status = sys::write_all(io_.out, buffer_);
    buffer_.clear();
    return status;
  }

  const Options& options_;
  cli::Io& io_;
  std::vector<Target> targets_;
  std::string buffer_;
  bool damage_ = false;
  std::uint64_t hits_ = 0;
};

}  // namespace

base::Result<cli::Exit> Loginspect::run(const Options& options, cli::Io& io) { return Run(options, io).go(); }

}  // namespace logmill::loginspect
