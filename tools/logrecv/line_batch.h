// Lines of foreign senders, as records: JSON objects by their fields, everything else in `raw` for
// the parser.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "logrecv/intake.h"
#include "record/batch.h"
#include "record/json_object.h"
#include "record/row_writer.h"

namespace logmill::logrecv {

// Of one connection, or datagram socket.
class LineBatch {
 public:
  explicit LineBatch(Intake& intake);

  // `peer` becomes a field; empty: unknown.
  base::Status add(std::string_view line, bool cut, std::string_view peer);
  // Gives what was added to the intake.
  base::Status hand_over();

 private:
  Intake& intake_;
  record::Batch batch_;
  record::RowWriter row_;
  record::JsonObjectReader objects_;
};

}  // namespace logmill::logrecv
