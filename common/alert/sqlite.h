// SQLite as the project speaks: results instead of codes, statements that end by themselves.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace logmill::alert {

// One statement, bound and run. Thread-compatible.
class Statement {
 public:
  // Parameters in their order, from the first.
  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind(std::string_view value);
  // Whether there is another row.
  base::Result<bool> step();
  // To the end.
  base::Status run();

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}

  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
};

class Database {
 public:
  // Unsynced: a power cut may take back what was committed; the death of a program does not.
  enum class Mode { write, write_unsynced, read };
  // "" is one of its own, gone when it is closed: what does not fit its cache is in a temporary file. A file is created with mode 0600;
  // what is committed is on disk. Read: fails with not_found if there is none.
  static base::Result<Database> open(const std::string& path, Mode mode);

  // Statements without parameters, one or several.
  base::Status execute(const char* sql);
  base::Result<Statement> prepare(std::string_view sql);
  std::int64_t rows_changed() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}
  std::unique_ptr<sqlite3, Close> database_;
};

// All or nothing of what is done until `commit`.
class Transaction {
 public:
  static base::Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  base::Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace logmill::alert
