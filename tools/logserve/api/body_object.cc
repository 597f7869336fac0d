#include "logserve/api/body_object.h"

#include "record/json_object.h"

namespace logmill::logserve {

base::Result<BodyObject> BodyObject::parse(std::string_view json) {
  BodyObject object;
  record::JsonObjectReader reader;
  record::RowWriter row(object.batch_);
  row.add_row();
  if (auto read = reader.read(object.batch_.own(json), row); !read) return std::move(read).error().with_context("the body");
  return object;
}

std::string BodyObject::text(std::string_view name) const {
  std::string text;
  record::append_plain(text, batch_.get(name, 0));
  return text;
}

}  // namespace logmill::logserve
