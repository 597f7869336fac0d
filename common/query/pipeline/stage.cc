#include "query/pipeline/stage.h"

namespace logmill::query {
namespace {

base::Error needs_rows() { return {base::ErrorCode::unsupported, "this stage needs the rows themselves"}; }

}  // namespace

base::Status Stage::merge(Stage&) { return needs_rows(); }
base::Status Stage::push_counted(const Rows&, std::span<const std::uint32_t>) { return needs_rows(); }

}  // namespace logmill::query
