#include "logstore/logstore.h"

#include <CLI/CLI.hpp>

#include <map>

#include "base/clock.h"

namespace logmill::logstore {
namespace {

// zstd's own range; higher levels take seconds a megabyte and bring no more than 2 % here.
constexpr int kLevelMax = 19;
constexpr int kColdLevelMax = 22;
// The program, a line of 16 MiB as it was read, and the block made of it.
constexpr std::uint64_t kMemoryMin = 64 << 20;

template <class Enum>
void add_choice(CLI::App& app, const std::string& flags, Enum& value, const std::map<std::string, Enum>& choices, const std::string& help,
                const std::string& group) {
  std::string type;
  std::vector<std::string> names;
  for (const auto& [name, choice] : choices) {
    type += (type.empty() ? "" : "|") + name;
    names.push_back(name);
  }
  CLI::Option* option = app.add_option_function<std::string>(
      flags, [&value, choices](const std::string& name) { value = choices.at(name); }, help);
  option->type_name(type)->check(CLI::IsMember(names));
  if (!group.empty()) option->group(group);
}

void add_retention(CLI::App& app, Options& options) {
  maintain::RetentionPolicy& keep = options.maintenance.retention;
  cli::add_duration(app, "--keep-age", keep.keep_age_ns, "Delete segments whose newest record is older.")->group("Retention");
  cli::add_size(app, "--keep-size", keep.keep_bytes, "Delete the oldest segments while all together are larger.")->group("Retention");
  cli::add_count(app, "--keep-count", keep.keep_count, "Delete the oldest segments beyond so many.")->group("Retention");
  app.add_option("--keep-free", options.keep_free, "Delete the oldest while the disk has less free space.")
      ->type_name("SIZE|PERCENT")
      ->group("Retention");
  app.add_option("--keep", options.keep_rules,
                 "How long to keep what matches a filter, as in level=DEBUG:3d; the first rule "
                 "that matches decides.")
      ->type_name("FILTER:DURATION")
      ->allow_extra_args(false)
      ->group("Retention");
  app.add_flag("--dry-run", options.dry_run, "With an action: say what would be done, and why; change nothing.")->group("Retention");
}

void add_cold(CLI::App& app, Options& options) {
  maintain::ColdPolicy& cold = options.maintenance.cold;
  cli::add_duration(app, "--cold-after", cold.after_ns, "Move sealed segments to --cold-dir when their newest record is older.")
      ->group("Cold tier");
  app.add_option("--cold-dir", cold.folder, "Where old segments go, on a cheaper disk perhaps. Searched like the others.")
      ->type_name("DIR")
      ->group("Cold tier");
  app.add_option("--cold-level", cold.zstd_level, "zstd level of what is moved. Default: 19.")->type_name("N")->group("Cold tier");
}

void add_deletion(CLI::App& app, Options& options) {
  app.add_option("-S,--since", options.since, "With delete: only records of this time or later: RFC 3339, epoch, or 2h ago.")
      ->type_name("TIME")
      ->group("Deleting");
  app.add_option("-U,--until", options.until, "With delete: only records of this time or earlier.")->type_name("TIME")->group("Deleting");
  app.add_flag("--no-wait", options.no_wait, "With delete: hide them now, and leave the rest to the next maintenance.")->group("Deleting");
}

void add_flat(CLI::App& app, Options& options) {
  app.add_flag("--flat", options.flat, "Keep plain text instead: --dir names the file, rotated ones lie beside it.")->group("Flat files");
  cli::add_size(app, "--rotate-size", options.flat_options.rotate_bytes, "Rotate before the file grows beyond this. Default: 100MiB.")
      ->group("Flat files");
  cli::add_duration(app, "--rotate-age", options.flat_options.rotate_age_ns, "Rotate when the file is older than this.")
      ->group("Flat files");
  app.add_option_function<std::string>(
         "--rotate-at",
         [&options](const std::string& when) {
           const auto clock = flat::parse_rotation_clock(when);
           if (!clock) throw CLI::ValidationError("--rotate-at", clock.error().what);
           options.flat_options.rotate_at = *clock;
         },
         "Rotate at times of the clock, local time: each hour, day, week, month, or each day at "
         "HH:MM.")
      ->type_name("hourly|daily|weekly|monthly|HH:MM")
      ->group("Flat files");
  add_choice<codec::Container>(app, "--compress", options.flat_options.archive.container,
                               {{"zstd", codec::Container::zstd}, {"gzip", codec::Container::gzip}, {"none", codec::Container::none}},
                               "How rotated files are compressed. Default: zstd.", "Flat files");
  app.add_option("--postrotate", options.postrotate,
                 "After each rotation, run this with the shell; $1 is the rotated file. Nothing "
                 "waits for it.")
      ->type_name("CMD")
      ->group("Flat files");
}

}  // namespace

void Logstore::add_options(CLI::App& app, Options& options) {
  add_choice<Action>(app, "action", options.action,
                     {{"seal", Action::seal},
                      {"retain", Action::retain},
                      {"compact", Action::compact},
                      {"repair", Action::repair},
                      {"rekey", Action::rekey},
                      {"cool", Action::cool},
                      {"delete", Action::erase}},
                     "Instead of reading records: seal what crashed writers left, delete what is not to be kept, "
                     "join "
                     "small segments, salvage damaged ones, encrypt with a new key, move old ones to the cold "
                     "tier, or delete what matches a filter.",
                     "");
  app.add_option("filter", options.filter, "With delete: which records are to be forgotten, as in logquery.")->type_name("FILTER");
  options.store.add(app, cli::KeyOptions::Use::store);
  options.input.add(app);

  cli::add_duration(app, "--commit-interval", options.writer.commit_interval_ns,
                    "Make records durable and searchable at most so long after they came. Default: 150ms.")
      ->group("Durability");
  add_choice<store::SyncPolicy>(
      app, "--sync", options.writer.sync,
      {{"each", store::SyncPolicy::each}, {"interval", store::SyncPolicy::interval}, {"none", store::SyncPolicy::none}},
      "Sync after every batch, every commit interval, or leave it to the "
      "system. Default: interval.",
      "Durability");
  add_choice<OnFull>(app, "--on-full", options.on_full, {{"wait", OnFull::wait}, {"fail", OnFull::fail}},
                     "When the disk is full: wait for space, losing nothing, or end with status 4. Default: wait.", "Durability");

  cli::add_count(app, "--seal-rows", options.writer.seal_rows, "Seal a segment with so many records. Default: 4194304.")->group("Segments");
  cli::add_size(app, "--seal-size", options.writer.seal_bytes, "Seal a segment of this size. Default: 128MiB.")->group("Segments");
  cli::add_duration(app, "--seal-age", options.writer.seal_age_ns, "Seal a segment after this time. Default: 1h.")->group("Segments");
  add_choice<OnOff>(app, "--compaction", options.compaction, {{"on", OnOff::on}, {"off", OnOff::off}},
                    "Join small sealed segments in the background. Default: on.", "Segments");
  app.add_option("--level", options.writer.zstd_level, "zstd level of the columns; 1 is nearly as small as 9, and six times faster.")
      ->type_name("N")
      ->group("Segments");
  cli::add_size(app, "--memory", options.memory_bytes,
                "Bound of the process's memory while records come in, at least 64MiB. Default: 128MiB.")
      ->group("Segments");

  add_retention(app, options);
  add_cold(app, options);
  add_deletion(app, options);
  add_flat(app, options);
  options.stats.add(app);
  options.grace.add(app);
}

namespace {

base::Status check_deletion(const Options& options) {
  if (options.filter.empty())
    return base::Error{base::ErrorCode::invalid, "delete: say what, as in: logstore -d DIR delete 'user_id=u123'"};
  if (auto request = deletion_request(options, base::system_clock().now()); !request) return std::move(request).error();
  return {};
}

}  // namespace

base::Status Logstore::check(const Options& options) {
  const auto invalid = [](std::string what) { return base::Error{base::ErrorCode::invalid, std::move(what)}; };
  if (options.store.dir.empty()) return invalid("no store: name one with -d DIR, or set LOGMILL_STORE");
  const bool plans = options.action == Action::retain || options.action == Action::compact || options.action == Action::cool ||
                     options.action == Action::erase;
  if (options.dry_run && !plans) return invalid("--dry-run: only with retain, compact, cool or delete");
  if (options.action == Action::erase)
    LOGMILL_RETURN_IF_ERROR(check_deletion(options));
  else if (!options.filter.empty() || !options.since.empty() || !options.until.empty() || options.no_wait)
    return invalid("a filter, --since, --until, --no-wait: only with delete");
  if (options.action == Action::rekey && options.store.key.file.empty())
    return invalid("rekey: name the key file with --encrypt FILE; its first key is the new one");
  if (options.flat && !options.store.key.file.empty())
    return invalid(
        "--encrypt: flat files are for zcat and less, which have no key; keep them on an encrypted "
        "disk, or use a store");
  if (options.flat && options.action != Action::ingest && options.action != Action::retain)
    return invalid("--flat: has no segments to seal or join");
  const auto policy = maintenance_policy(options);
  if (!policy) return policy.error();
  if (options.flat && (!policy->retention.rules.empty() || policy->retention.keep_free_percent > 0 || policy->cold.after_ns > 0))
    return invalid("--flat: has no --keep, no --keep-free of a percentage and no cold tier");
  if (options.action == Action::cool && policy->cold.after_ns == 0)
    return invalid("cool: say when and where to, with --cold-after and --cold-dir");
  if (options.action == Action::retain && !policy->retention.any())
    return invalid(
        "retain: say what to keep with --keep-age, --keep-size, --keep-count, --keep-free or "
        "--keep");
  if (policy->cold.zstd_level < 1 || policy->cold.zstd_level > kColdLevelMax) return invalid("--cold-level: must be 1 to 22");
  if (options.writer.zstd_level < 1 || options.writer.zstd_level > kLevelMax) return invalid("--level: must be 1 to 19");
  if (options.memory_bytes < kMemoryMin) return invalid("--memory: at least 64MiB, which lines of 16 MiB take; left out, it is 128MiB");
  if (options.writer.seal_rows == 0 || options.writer.seal_bytes == 0) return invalid("--seal-rows, --seal-size: must be more than 0");
  return {};
}

}  // namespace logmill::logstore
