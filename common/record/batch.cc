#include "record/batch.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/hash.h"

namespace logmill::record {
namespace {
// Capacity that is kept whatever was used, and that never is: a few ordinary batches, and one huge
// line.
constexpr std::size_t kTextKept = 2 << 20;
constexpr std::size_t kTextKeptMax = Batch::kTextBytesMax;
constexpr std::size_t kItemsKept = 8192;
constexpr std::size_t kColumnBytesKept = 8 << 20;  // of all together
constexpr std::size_t kUnused = 4;                 // times what was used

template <class T>
void clear_items(std::vector<T>& items) {
  if (items.capacity() > std::max(kItemsKept, kUnused * items.size()))
    items = {};
  else
    items.clear();
}
}  // namespace

void TextBuffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  if (size_ == 0) bytes_.reset();
  auto* const bytes = static_cast<char*>(std::realloc(bytes_.get(), capacity + kPadding));
  if (bytes == nullptr) throw std::bad_alloc();
  std::memset(bytes + capacity, 0, kPadding);
  static_cast<void>(bytes_.release());
  bytes_.reset(bytes);
  capacity_ = capacity;
}

void TextBuffer::append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (size_ + bytes.size() > capacity_) reserve(std::max(2 * capacity_, size_ + bytes.size()));
  std::memcpy(bytes_.get() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

void Batch::drop_last_row() {
  times_.pop_back();
  levels_.pop_back();
  if (positions_.size() > times_.size()) positions_.resize(times_.size());
  for (Column& column : columns_)
    if (column.values.size() > times_.size()) column.values.resize(times_.size());
}

bool Batch::split(std::size_t row, Batch& rest) {
  const auto place = [this](std::size_t at) { return positions_.empty() ? static_cast<std::uint32_t>(at) : positions_[at]; };
  if (range_.named() && row > 0 && place(row) == place(row - 1)) return false;
  rest.clear();
  rest.times_.assign(times_.begin() + static_cast<std::ptrdiff_t>(row), times_.end());
  rest.levels_.assign(levels_.begin() + static_cast<std::ptrdiff_t>(row), levels_.end());
  std::size_t bytes = 0;
  for (const Column& column : columns_)
    for (std::size_t i = row; i < column.values.size(); ++i)
      if (column.values[i].is_text()) bytes += column.values[i].text().size();
  rest.text_.reserve(bytes);
  for (const Column& column : columns_) {
    if (column.values.size() <= row) continue;
    const std::size_t to = rest.column_index(column.name);
    for (std::size_t i = row; i < column.values.size(); ++i) {
      const Value value = column.values[i];
      rest.set(to, i - row, value.is_text() ? rest.own_text(value) : value);
    }
  }
  if (range_.named()) {
    const std::uint32_t distance = place(row);
    rest.range_ = range_;
    rest.range_.from = range_.to = range_.from + distance;
    for (std::size_t i = row; i < positions_.size(); ++i) rest.positions_.push_back(positions_[i] - distance);
  }
  times_.resize(row);
  levels_.resize(row);
  if (positions_.size() > row) positions_.resize(row);
  for (Column& column : columns_)
    if (column.values.size() > row) column.values.resize(row);
  return true;
}

// Where there is room for it already.
Value Batch::own_text(const Value& value) {
  const std::size_t at = text_.size();
  text_.append(value.text());
  const std::string_view text = text_.view().substr(at);
  return value.kind() == Kind::json ? Value::json(text) : Value::string(text);
}

void Batch::keep_rows(const std::vector<std::uint8_t>& keep) {
  const auto compact = [&keep](auto& items) {
    std::size_t kept = 0;
    for (std::size_t row = 0; row < items.size(); ++row)
      if (keep[row]) items[kept++] = items[row];
    items.resize(kept);
  };
  compact(times_);
  compact(levels_);
  compact(positions_);
  for (Column& column : columns_) compact(column.values);
}

std::size_t Batch::column_index(std::string_view name) {
  const std::uint64_t hash = base::xxh3_64(name);
  const auto [first, last] = names_.equal_range(hash);
  for (auto it = first; it != last; ++it)
    if (columns_[it->second].name == name) return it->second;
  const std::size_t index = columns_.size();
  columns_.push_back({std::string(name), {}});
  name_bytes_ += name.size();
  names_.emplace(hash, static_cast<std::uint32_t>(index));
  return index;
}

const Column* Batch::find(std::string_view name) const {
  const auto [first, last] = names_.equal_range(base::xxh3_64(name));
  for (auto it = first; it != last; ++it)
    if (columns_[it->second].name == name) return &columns_[it->second];
  return nullptr;
}

void Batch::fill(std::string_view name, Value value) { columns_[column_index(name)].values.assign(rows(), value); }

std::size_t Batch::memory_bytes() const {
  std::size_t bytes = text_.capacity() + arena_.bytes_reserved() + times_.capacity() * sizeof(base::TimeNs) +
                      levels_.capacity() * sizeof(Severity) + positions_.capacity() * sizeof(std::uint32_t);
  for (const Column& column : columns_) bytes += sizeof(Column) + column.name.capacity() + column.values.capacity() * sizeof(Value);
  return bytes;
}

void Batch::clear() {
  const bool used = !empty();  // on its way back to whoever fills it, a batch may be cleared again
  clear_items(times_);
  clear_items(levels_);
  clear_items(positions_);
  range_ = {};
  const std::size_t before = columns_.size();
  if (used) std::erase_if(columns_, [](const Column& column) { return column.values.empty(); });
  std::size_t kept = 0;
  for (Column& column : columns_) {
    clear_items(column.values);
    kept += sizeof(Column) + column.values.capacity() * sizeof(Value);
  }
  if (kept > kColumnBytesKept) columns_ = {};
  if (columns_.size() != before) {
    if (columns_.capacity() > kUnused * columns_.size()) columns_.shrink_to_fit();
    rebuild_names();
  }
  arena_.clear();
  const bool mostly_unused = text_.capacity() > std::max(kTextKept, kUnused * text_.size());
  if (text_.capacity() > kTextKeptMax || mostly_unused) text_ = {};
  text_.clear();
}

void Batch::rebuild_names() {
  names_ = {};  // its table grows only
  name_bytes_ = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    names_.emplace(base::xxh3_64(columns_[i].name), static_cast<std::uint32_t>(i));
    name_bytes_ += columns_[i].name.size();
  }
}

}  // namespace logmill::record
