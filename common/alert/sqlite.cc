#include "alert/sqlite.h"

#include <sqlite3.h>

#include <fcntl.h>

#include "sys/fd.h"

namespace logmill::alert {
namespace {

// For another program that looks into the file: it holds it for milliseconds.
constexpr int kBusyMs = 5'000;
constexpr int kOwnerOnly = 0600;

base::Error error_of(sqlite3* database) {
  const int code = sqlite3_errcode(database);
  base::ErrorCode kind = base::ErrorCode::io;
  if (code == SQLITE_BUSY || code == SQLITE_FULL || code == SQLITE_LOCKED) kind = base::ErrorCode::again;
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) kind = base::ErrorCode::corrupt;
  return {kind, sqlite3_errmsg(database)};
}

// SQLite would make it with the mode that the umask leaves.
base::Status make_private(const std::string& path) {
  const sys::Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly));
  return fd.valid() ? base::Status() : base::Status(sys::error_from_errno(errno, path));
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Statement& Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), ++bound_, value);
  return *this;
}

Statement& Statement::bind(double value) {
  sqlite3_bind_double(statement_.get(), ++bound_, value);
  return *this;
}

Statement& Statement::bind(std::string_view value) {
  sqlite3_bind_text64(statement_.get(), ++bound_, value.data() ? value.data() : "", value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

base::Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(database_);
}

base::Status Statement::run() {
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const bool more, step());
    if (!more) return {};
  }
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string Statement::text(int column) const {
  const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))) : std::string();
}

base::Result<Database> Database::open(const std::string& path, Mode mode) {
  const bool writes = mode != Mode::read;
  if (writes && !path.empty()) LOGMILL_RETURN_IF_ERROR(make_private(path));
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened, writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY, nullptr);
  Database database(opened);
  if (code == SQLITE_CANTOPEN) return base::Error{base::ErrorCode::not_found, path + ": " + sqlite3_errmsg(opened)};
  if (code != SQLITE_OK) return error_of(opened).with_context(path);
  sqlite3_busy_timeout(opened, kBusyMs);
  // Of all that is in it little is needed at once; the default is 2 MB.
  if (auto set = database.execute("PRAGMA cache_size=-1024; PRAGMA temp_store=FILE"); !set)
    return std::move(set).error().with_context(path);
  if (!writes) return database;
  // Readers do not wait for the writer, nor it for them; a commit is on disk when it returns.
  if (auto set = database.execute(mode == Mode::write ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
                                                      : "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF");
      !set)
    return std::move(set).error().with_context(path);
  return database;
}

base::Status Database::execute(const char* sql) {
  return sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK ? base::Status()
                                                                                    : base::Status(error_of(database_.get()));
}

base::Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK)
    return error_of(database_.get());
  return Statement(database_.get(), statement);
}

std::int64_t Database::rows_changed() const { return sqlite3_changes64(database_.get()); }

base::Result<Transaction> Transaction::begin(Database& database) {
  LOGMILL_RETURN_IF_ERROR(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_) static_cast<void>(database_->execute("ROLLBACK"));
}

base::Status Transaction::commit() {
  LOGMILL_RETURN_IF_ERROR(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace logmill::alert
