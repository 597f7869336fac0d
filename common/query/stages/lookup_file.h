// A small table in a file, to look values up in: .csv, .tsv, or one JSON object a line.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "record/batch.h"
#include "sys/file_system.h"

namespace logmill::query {

class LookupFile {
 public:
  // Keyed by `fields`; if there are none, by the first column. Of several rows with the same key
  // the first counts.
  static base::Result<LookupFile> open(sys::FileSystem& files, const std::string& path, const std::vector<std::string>& fields);

  const record::Batch& rows() const { return rows_; }
  const std::vector<std::string>& key_fields() const { return key_fields_; }
  // The row with these texts, of key_fields each; -1 if there is none.
  int find(const std::vector<std::string>& key) const;
  // About.
  std::size_t memory_bytes() const;

 private:
  base::Status read_separated(std::string_view content, char separator);
  base::Status read_objects(std::string_view content);
  base::Status make_keys();

  record::Batch rows_;
  std::vector<std::string> key_fields_;
  std::unordered_map<std::string, int> by_key_;
};

}  // namespace logmill::query
