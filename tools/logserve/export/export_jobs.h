// Exports: asked for, and remembered. Files are made one after the other in a thread of their own; downloads while they are fetched.
//
// A job is on disk before it is answered, so that the next run of the program takes up what this one left: it begins again, in a new
// temporary file. The file gets its name when it is whole and on disk, so that whoever finds it finds all of it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "logserve/service/access.h"
#include "logserve/export/export_job.h"
#include "query/scan/store_scan.h"

namespace logmill::logserve {

class Service;

// Safe from any thread. What is exported is not encrypted.
class ExportJobs {
 public:
  // `service` must outlive it. Takes up what an earlier run left in `dir`; without one there are downloads only, which end with the
  // program.
  static base::Result<std::unique_ptr<ExportJobs>> open(std::string dir, Service& service);
  ~ExportJobs();

  // `again` if too many wait. `job` is what was asked; it gets an id, and the time.
  base::Result<ExportJob> add(ExportJob job);
  // Of those that this one asked for; latest first.
  std::vector<ExportJob> list(const Grant& grant) const;
  std::optional<ExportJob> find(const Grant& grant, const std::string& id) const;
  // What is done stays done; nullopt: there is no such job of this one's.
  base::Result<std::optional<ExportJob>> cancel(const Grant& grant, const std::string& id);
  // Of one that runs: between 0 and 1.
  double progress(const std::string& id) const;

  // One that is carried out now. The counts may be read by others.
  struct Run {
    query::ScanProgress progress;
    std::atomic<unsigned> passes = 1;  // over all rows
    std::atomic<std::uint64_t> bytes = 0;
    std::atomic<bool> cancelled = false;
  };
  // A download that is being fetched; it ends as failed unless it is finished.
  class Fetch {
   public:
    Fetch(ExportJobs& jobs, ExportJob job, std::shared_ptr<Run> run) : jobs_(jobs), job_(std::move(job)), run_(std::move(run)) {}
    Fetch(const Fetch&) = delete;
    Fetch& operator=(const Fetch&) = delete;
    ~Fetch();

    const ExportJob& job() const { return job_; }
    Run& run() { return *run_; }
    // All was sent but the end of it: who gets that sees the job done. `again` if it was cancelled.
    base::Status finish(std::uint64_t records);
    void fail(std::string error);

   private:
    void settle();

    ExportJobs& jobs_;
    ExportJob job_;
    const std::shared_ptr<Run> run_;
  };
  // Also once more, when it has ended. `not_found` if it is none of this one's; `again` while it is fetched already.
  base::Result<std::unique_ptr<Fetch>> fetch(const Grant& grant, const std::string& id);

 private:
  ExportJobs(std::string dir, Service& service);
  base::Status load();
  base::Status take_up(ExportJob job);
  void run();
  void carry_out(ExportJob job, Run& run);
  base::Status write_file(ExportJob& job, const std::string& path, Run& run);
  base::Status finish(ExportJob& job, const std::string& path);
  base::Status save(const ExportJob& job) const;
  void forget_oldest();
  // With the bytes that are written by now.
  ExportJob as_it_is(ExportJob job) const;
  std::string job_path(const std::string& id) const;
  std::string temporary_path(const ExportJob& job, const std::string& path) const;
  static bool is_of(const ExportJob& job, const Grant& grant) { return job.owner == grant.name && job.filter == grant.filter; }

  const std::string dir_;
  Service& service_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, ExportJob> jobs_;  // by id, which sorts by time
  std::deque<std::string> waiting_;
  std::map<std::string, std::shared_ptr<Run>> running_;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace logmill::logserve
