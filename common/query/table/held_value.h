// A value that owns its text.
#pragma once

#include <string>

#include "base/arena.h"
#include "base/heap_bytes.h"
#include "record/value.h"

namespace logmill::query {

class HeldValue {
 public:
  void hold(const record::Value& value) {
    kind_ = value;
    if (value.is_text()) text_.assign(value.text());
  }
  // Valid as long as this is neither changed nor moved.
  record::Value value() const {
    if (kind_.kind() == record::Kind::string) return record::Value::string(text_);
    if (kind_.kind() == record::Kind::json) return record::Value::json(text_);
    return kind_;
  }
  // Besides itself.
  std::size_t memory_bytes() const { return text_.capacity() < sizeof text_ / 2 ? 0 : base::heap_bytes(text_.capacity() + 1); }
  record::Value copy_into(base::Arena& bytes) const {
    if (kind_.kind() == record::Kind::string) return record::Value::string(bytes.copy(text_));
    if (kind_.kind() == record::Kind::json) return record::Value::json(bytes.copy(text_));
    return kind_;
  }

 private:
  record::Value kind_;  // of text, only the kind is looked at
  std::string text_;
};

}  // namespace logmill::query
