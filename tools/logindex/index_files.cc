#include "logindex/index_files.h"

#include <set>

#include "index/sidecar_builder.h"
#include "index/sidecar_format.h"
#include "index/sidecar_place.h"
#include "logindex/rounds.h"

namespace logmill::logindex {
namespace {

// --watch indexes a tail that is long enough to be worth it; a shorter one is searched as it is.
bool is_worth_it(const SegmentIndex& file, std::uint64_t file_bytes) { return file_bytes - file.file_bytes >= index::kSpanBytes; }

class FilesRun {
 public:
  FilesRun(const Options& options, cli::Io& io) : options_(options), io_(io), rounds_(options, io) {}

  base::Result<cli::Exit> run() {
    return rounds_.run([this] { return once(); });
  }

 private:
  base::Result<cli::Exit> once() {
    Totals totals{.files = true};
    no_ = false;
    for (const std::string& path : options_.files) {
      if (io_.stop.requested()) break;
      auto found = inspect_file(io_.files, path, options_.index_dir, options_.action == Action::verify ? Depth::all : Depth::headers);
      if (!found) {
        complain(path, found.error());
        continue;
      }
      LOGMILL_RETURN_IF_ERROR(treat(*found));
      totals.add(*found);
    }
    first_round_ = false;
    LOGMILL_RETURN_IF_ERROR(rounds_.totals(totals));
    return no_ ? cli::Exit::no : cli::Exit::done;
  }

  base::Status treat(SegmentIndex& file) {
    if (options_.action != Action::build) return show(file);
    if (file.state == State::indexed && !options_.rebuild) return {};
    if (options_.watch && !first_round_ && file.state == State::grown) {
      const auto info = io_.files.info(file.path);
      if (!info || !is_worth_it(file, info->size)) return {};
    }
    if (options_.dry_run) return rounds_.line(file, file.state == State::renamed && !options_.rebuild ? "to move" : "to build");
    const bool move = file.state == State::renamed && !options_.rebuild;
    const auto done = move ? move_sidecar(file) : build(file);
    if (!done && io_.stop.requested()) return {};
    if (!done) return complain(file.path, done.error()), base::Status();
    LOGMILL_ASSIGN_OR_RETURN(file, inspect_file(io_.files, file.path, options_.index_dir, Depth::headers));
    return rounds_.line(file, move ? "moved" : "built");
  }

  base::Status build(const SegmentIndex& file) {
    const std::string path = index::sidecar_path(file.path, options_.index_dir);
    if (!options_.index_dir.empty()) LOGMILL_RETURN_IF_ERROR(io_.files.make_directories(options_.index_dir));
    std::unique_ptr<index::Sidecar> old;
    if (file.state == State::grown && !options_.rebuild) {
      LOGMILL_ASSIGN_OR_RETURN(old, index::Sidecar::open(io_.files, file.index));
    }
    auto built = index::build_sidecar(io_.files, file.path, path, old ? &old->reader() : nullptr, io_.clock.now(), io_.stop);
    // A sidecar that is damaged in the midst is no ground to build on.
    if (!built && old && built.error().code == base::ErrorCode::corrupt)
      built = index::build_sidecar(io_.files, file.path, path, nullptr, io_.clock.now(), io_.stop);
    if (built && !file.index.empty() && file.index != path) static_cast<void>(io_.files.remove(file.index));
    return built;
  }

  base::Status move_sidecar(const SegmentIndex& file) {
    const std::string path = index::sidecar_path(file.path, options_.index_dir);
    LOGMILL_RETURN_IF_ERROR(io_.files.rename(file.index, path));
    return io_.files.sync_directory(sys::parent(path));
  }

  base::Status show(const SegmentIndex& file) {
    if (!file.problem.empty()) {
      io_.reporter.warn("sidecar", file.problem);
      no_ = no_ || options_.action == Action::verify;
    }
    return rounds_.line(file, "");
  }

  void complain(const std::string& path, const base::Error& error) {
    no_ = true;
    // What --watch finds wrong with a file it says once.
    if (!complained_.insert(path).second) return;
    const bool named = error.what.find(path) != std::string::npos;
    io_.reporter.warn("file", (named ? "" : path + ": ") + error.what + "; not indexed");
  }

  const Options& options_;
  cli::Io& io_;
  Rounds rounds_;
  std::set<std::string> complained_;
  bool no_ = false;
  bool first_round_ = true;
};

}  // namespace

base::Result<SegmentIndex> inspect_file(sys::FileSystem& fs, const std::string& path, const std::string& index_dir, Depth depth) {
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, fs.info(path));
  if (info.is_directory) return base::Error{base::ErrorCode::invalid, path + ": Is a directory"};
  if (!info.is_regular) return base::Error{base::ErrorCode::invalid, path + ": is no file"};
  LOGMILL_ASSIGN_OR_RETURN(const auto file, fs.open(path, sys::OpenMode::read));
  SegmentIndex about;
  about.name = about.path = path;
  about.is_file = true;
  auto found = index::find_sidecar(fs, path, *file, index_dir);
  if (!found && found.error().code == base::ErrorCode::again) return std::move(found).error();
  if (!found) {
    about.state = found.error().code == base::ErrorCode::invalid ? State::stale : State::damaged;
    about.problem = found.error().what;
    return about;
  }
  if (!found->sidecar) return about;
  const index::SidecarReader& reader = found->sidecar->reader();
  about.index = found->path;
  about.file_bytes = reader.stamp().bytes;
  about.data_bytes = reader.raw_bytes();
  about.index_bytes = found->sidecar->bytes();
  about.blocks = reader.spans().size();
  about.state = found->fit == index::Fit::grown ? State::grown : State::indexed;
  if (about.state == State::indexed && found->path != index::sidecar_path(path, index_dir)) about.state = State::renamed;
  if (reader.outdated()) {
    about.state = State::stale;
    about.problem = found->path + ": from before places inside zstd frames were kept";
  }
  if (depth == Depth::headers) return about;
  if (auto sound = reader.verify(); !sound) {
    about.state = State::damaged;
    about.problem = std::move(sound).error().with_context(found->path).what;
  }
  return about;
}

base::Result<cli::Exit> index_files(const Options& options, cli::Io& io) { return FilesRun(options, io).run(); }

}  // namespace logmill::logindex
