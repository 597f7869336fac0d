#include "logserve/export/export_jobs.h"

#include <algorithm>

#include "logserve/export/export_place.h"
#include "logserve/export/export_text.h"
#include "logserve/search/store_search.h"
#include "logserve/service/service.h"
#include "store/store_layout.h"
#include "sys/entropy.h"

namespace logmill::logserve {
namespace {

using State = ExportJob::State;

constexpr std::size_t kUnfinishedMax = 100;
constexpr std::size_t kRememberedMax = 1'000;
constexpr std::uint64_t kJobBytesMax = 4 << 20;
constexpr std::string_view kJobsFolder = ".jobs";
constexpr std::string_view kJobSuffix = ".json";

sys::FileSystem& files() { return sys::os_file_system(); }

}  // namespace

ExportJobs::ExportJobs(std::string dir, Service& service) : dir_(std::move(dir)), service_(service) {}

base::Result<std::unique_ptr<ExportJobs>> ExportJobs::open(std::string dir, Service& service) {
  std::unique_ptr<ExportJobs> jobs(new ExportJobs(std::move(dir), service));
  if (jobs->dir_.empty()) return jobs;
  LOGMILL_RETURN_IF_ERROR(files().make_durable_directories(sys::join(jobs->dir_, kJobsFolder)));
  LOGMILL_RETURN_IF_ERROR(jobs->load());
  jobs->thread_ = std::thread([all = jobs.get()] { all->run(); });
  return jobs;
}

ExportJobs::~ExportJobs() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

std::string ExportJobs::job_path(const std::string& id) const {
  return sys::join(sys::join(dir_, kJobsFolder), id + std::string(kJobSuffix));
}

// Beside the file: a rename does not leave a file system.
std::string ExportJobs::temporary_path(const ExportJob& job, const std::string& path) const {
  return sys::join(sys::parent(path), "." + job.id + ".part");
}

base::Status ExportJobs::save(const ExportJob& job) const {
  if (dir_.empty()) return {};
  return files().replace_file(job_path(job.id), format_export_job(job));
}

base::Status ExportJobs::load() {
  LOGMILL_ASSIGN_OR_RETURN(const auto names, files().list(sys::join(dir_, kJobsFolder)));
  for (const std::string& name : names) {
    if (!name.ends_with(kJobSuffix)) continue;
    const std::string path = sys::join(sys::join(dir_, kJobsFolder), name);
    LOGMILL_ASSIGN_OR_RETURN(const std::string json, files().read_file(path, kJobBytesMax));
    auto job = parse_export_job(json);
    if (!job || job_path(job->id) != path) {
      service_.io().reporter.warn("export_job", path + ": is no job of an export; left out");
      continue;
    }
    LOGMILL_RETURN_IF_ERROR(take_up(*std::move(job)));
  }
  return {};
}

// What an earlier run left. Between the last two states the file may have its name already.
base::Status ExportJobs::take_up(ExportJob job) {
  if (job.is_download()) {
    jobs_[job.id] = std::move(job);
    return {};
  }
  if (job.state == State::finishing) {
    const std::string path = sys::join(dir_, job.destination);
    const auto whole = [&](const std::string& at) {
      const auto info = files().info(at);
      return info && info->is_regular && info->size == job.bytes;
    };
    const bool unnamed = whole(temporary_path(job, path));
    if (unnamed ? finish(job, path).has_value() : whole(path))
      job.state = State::done;
    else
      job.state = State::queued;
    if (job.state == State::done) LOGMILL_RETURN_IF_ERROR(save(job));
  }
  if (job.state != State::done) LOGMILL_RETURN_IF_ERROR(files().remove_if_there(temporary_path(job, sys::join(dir_, job.destination))));
  if (!job.ended()) {
    job.records = job.bytes = 0;
    waiting_.push_back(job.id);
  }
  jobs_[job.id] = std::move(job);
  return {};
}

base::Result<ExportJob> ExportJobs::add(ExportJob job) {
  if (!job.is_download() && dir_.empty())
    return base::Error{base::ErrorCode::invalid, "destination: this logserve was started without --export-dir: exports are downloads"};
  if (!job.is_download())
    if (auto place = find_export_place(dir_, job.destination); !place) return std::move(place).error();
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kUnfinishedMax)
    return base::Error{base::ErrorCode::again, std::to_string(kUnfinishedMax) + " exports are waiting"};
  for (const auto& [id, other] : jobs_)
    if (!job.is_download() && !other.ended() && other.destination == job.destination)
      return base::Error{base::ErrorCode::invalid, "destination: " + job.destination + ": another export is to go there"};
  job.created = service_.io().clock.now();
  const record::StreamId random = sys::random_id();
  std::uint64_t salt = 0;
  for (std::size_t i = 0; i < sizeof salt; ++i) salt = salt << 8 | random[i];
  job.id = store::make_segment_id(job.created, salt);
  if (jobs_.contains(job.id)) return base::Error{base::ErrorCode::again, "try again"};
  LOGMILL_RETURN_IF_ERROR(save(job));
  if (!job.is_download()) waiting_.push_back(job.id);
  jobs_[job.id] = job;
  forget_oldest();
  changed_.notify_one();
  return job;
}

void ExportJobs::forget_oldest() {
  for (auto job = jobs_.begin(); job != jobs_.end() && jobs_.size() > kRememberedMax;) {
    // Nobody may ever fetch a download.
    const bool idle = job->second.ended() || (job->second.is_download() && !running_.contains(job->first));
    if (!idle) {
      ++job;
      continue;
    }
    if (dir_.empty()) {
      job = jobs_.erase(job);
      continue;
    }
    if (const auto removed = files().remove_if_there(job_path(job->first)); !removed)
      service_.io().reporter.warn("export_job", removed.error().what);
    job = jobs_.erase(job);
  }
}

ExportJob ExportJobs::as_it_is(ExportJob job) const {
  if (const auto running = running_.find(job.id); running != running_.end()) job.bytes = running->second->bytes;
  return job;
}

std::vector<ExportJob> ExportJobs::list(const Grant& grant) const {
  const std::lock_guard lock(mutex_);
  std::vector<ExportJob> found;
  for (const auto& [id, job] : jobs_)
    if (is_of(job, grant)) found.push_back(as_it_is(job));
  std::ranges::reverse(found);
  return found;
}

std::optional<ExportJob> ExportJobs::find(const Grant& grant, const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto known = jobs_.find(id);
  return known != jobs_.end() && is_of(known->second, grant) ? std::optional(as_it_is(known->second)) : std::nullopt;
}

base::Result<std::optional<ExportJob>> ExportJobs::cancel(const Grant& grant, const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto known = jobs_.find(id);
  if (known == jobs_.end() || !is_of(known->second, grant)) return std::optional<ExportJob>();
  ExportJob& job = known->second;
  if (job.ended()) return std::optional(job);
  // On disk first: a kill now must not bring it back.
  ExportJob cancelled = job;
  cancelled.state = State::cancelled;
  if (job.state == State::finishing) return std::optional(job);  // it is as good as done
  LOGMILL_RETURN_IF_ERROR(save(cancelled));
  job = cancelled;
  if (const auto running = running_.find(id); running != running_.end())
    running->second->cancelled = true;
  else
    std::erase(waiting_, id);
  return std::optional(job);
}

double ExportJobs::progress(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto running = running_.find(id);
  if (running == running_.end()) return 0;
  const Run& run = *running->second;
  const auto total = static_cast<double>(run.progress.rows_total.load()) * run.passes;
  return total > 0 ? std::min(1.0, static_cast<double>(run.progress.rows_seen.load()) / total) : 0.0;
}

base::Result<std::unique_ptr<ExportJobs::Fetch>> ExportJobs::fetch(const Grant& grant, const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto known = jobs_.find(id);
  if (known == jobs_.end() || !is_of(known->second, grant)) return base::Error{base::ErrorCode::not_found, id + ": no export of yours"};
  ExportJob& job = known->second;
  if (!job.is_download()) return base::Error{base::ErrorCode::invalid, id + ": is made as a file, at " + job.destination};
  if (job.state == State::cancelled) return base::Error{base::ErrorCode::not_found, id + ": was cancelled"};
  if (running_.contains(id)) return base::Error{base::ErrorCode::again, id + ": is being fetched"};
  job.state = State::running;
  job.records = job.bytes = 0;
  job.error.clear();
  const auto run = running_[id] = std::make_shared<Run>();
  return std::make_unique<Fetch>(*this, job, run);
}

base::Status ExportJobs::Fetch::finish(std::uint64_t records) {
  const std::lock_guard lock(jobs_.mutex_);
  if (run_->cancelled) return base::Error{base::ErrorCode::again, "cancelled"};
  job_.records = records;
  job_.state = State::done;
  settle();
  return {};
}

void ExportJobs::Fetch::fail(std::string error) {
  job_.state = State::failed;
  job_.error = std::move(error);
}

ExportJobs::Fetch::~Fetch() {
  if (job_.state == State::done) return;
  if (job_.state != State::failed) fail("it broke off; it may be fetched again");
  const std::lock_guard lock(jobs_.mutex_);
  settle();
}

// Under the lock. From here on it may be fetched again; if somebody does so already, that one tells how it ended. What was cancelled stays
// so.
void ExportJobs::Fetch::settle() {
  job_.bytes = run_->bytes;
  const auto running = jobs_.running_.find(job_.id);
  if (running != jobs_.running_.end() && running->second != run_) return;
  if (running != jobs_.running_.end()) jobs_.running_.erase(running);
  if (run_->cancelled) return;
  if (const auto saved = jobs_.save(job_); !saved) jobs_.service_.io().reporter.warn("export_job", saved.error().what);
  jobs_.jobs_[job_.id] = job_;
}

void ExportJobs::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (waiting_.empty()) {
      changed_.wait(lock);
      continue;
    }
    ExportJob& job = jobs_.at(waiting_.front());
    waiting_.pop_front();
    job.state = State::running;
    const ExportJob copy = job;
    const auto run = running_[copy.id] = std::make_shared<Run>();
    lock.unlock();
    carry_out(copy, *run);
    lock.lock();
    running_.erase(copy.id);
  }
}

void ExportJobs::carry_out(ExportJob job, Run& run) {
  auto path = find_export_place(dir_, job.destination);
  base::Status done = path ? write_file(job, *path, run) : std::move(path).error();
  const bool stopped = ending_ || service_.io().stop.requested();
  if (!done && path) {
    if (const auto removed = files().remove_if_there(temporary_path(job, *path)); !removed)
      service_.io().reporter.warn("export_job", removed.error().what);
  }
  job.state = done ? State::done : State::failed;
  if (!done) job.error = done.error().what;
  const std::lock_guard lock(mutex_);
  if (!done && (run.cancelled || stopped)) return;  // the one is on disk, of the other the next run takes it up
  if (const auto saved = save(job); !saved) service_.io().reporter.warn("export_job", saved.error().what);
  jobs_[job.id] = job;
}

base::Status ExportJobs::write_file(ExportJob& job, const std::string& path, Run& run) {
  LOGMILL_ASSIGN_OR_RETURN(const ExportFormat* const format, find_export_format(job.format));
  const query::Context context{.now = job.created, .utc = true};
  LOGMILL_ASSIGN_OR_RETURN(const query::Query query, query::Query::parse(job.query, context));
  const Grant grant{.name = job.owner, .scopes = {Scope::read}, .filter = job.filter};
  const Asker asker{service_, grant, [this, &run] { return run.cancelled || ending_; }, kNoTimeLimit};
  auto search = StoreSearch::open(asker, query);
  // Each try waits a while for a place among the queries.
  while (!search && search.error().code == base::ErrorCode::again && !asker.gone() && !service_.io().stop.requested())
    search = StoreSearch::open(asker, query);
  if (!search) return std::move(search).error();
  run.passes = format->passes();
  (*search)->show_progress(run.progress);
  LOGMILL_ASSIGN_OR_RETURN(auto columns, export_columns(**search, query, *format));
  LOGMILL_RETURN_IF_ERROR(files().make_durable_directories(sys::parent(path)));
  const std::string temporary = temporary_path(job, path);
  LOGMILL_RETURN_IF_ERROR(files().remove_if_there(temporary));
  LOGMILL_ASSIGN_OR_RETURN(const auto file, files().open(temporary, sys::OpenMode::create));
  ExportText text(*format, std::move(columns), [&](std::string_view piece) -> base::Status {
    LOGMILL_RETURN_IF_ERROR(file->append(piece));
    job.bytes = run.bytes += piece.size();
    return {};
  });
  LOGMILL_RETURN_IF_ERROR((*search)->run(query, text));
  if ((*search)->cut_short()) return base::Error{base::ErrorCode::again, "stopped"};
  job.partial = (*search)->partial();
  job.records = text.rows();
  LOGMILL_RETURN_IF_ERROR(file->sync());
  {
    const std::lock_guard lock(mutex_);
    if (run.cancelled) return base::Error{base::ErrorCode::again, "cancelled"};
    job.state = jobs_.at(job.id).state = State::finishing;
  }
  LOGMILL_RETURN_IF_ERROR(save(job));
  return finish(job, path);
}

base::Status ExportJobs::finish(ExportJob& job, const std::string& path) {
  // Somebody else may have put a file there meanwhile: that is not ours to replace.
  LOGMILL_ASSIGN_OR_RETURN([[maybe_unused]] const std::string free, find_export_place(dir_, job.destination));
  LOGMILL_RETURN_IF_ERROR(files().rename(temporary_path(job, path), path));
  return files().sync_directory(sys::parent(path));
}

}  // namespace logmill::logserve
