#include "transport/patient_connection.h"

#include "sys/fd.h"

namespace logmill::transport {

base::Result<std::size_t> PatientConnection::read(char* to, std::size_t size, int timeout_ms) {
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const IoProgress got, connection_->read(to, size));
    if (got.bytes > 0 || got.closed) return got.bytes;
    LOGMILL_RETURN_IF_ERROR(wait(got.wait, timeout_ms));
  }
}

base::Result<std::size_t> PatientConnection::read_now(char* to, std::size_t size) {
  LOGMILL_ASSIGN_OR_RETURN(const IoProgress got, connection_->read(to, size));
  return got.bytes;
}

base::Status PatientConnection::write(std::string_view bytes, int timeout_ms) {
  while (!bytes.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const IoProgress sent, connection_->write(bytes));
    bytes.remove_prefix(sent.bytes);
    LOGMILL_RETURN_IF_ERROR(wait(sent.wait, timeout_ms));
  }
  return {};
}

base::Status PatientConnection::wait(IoProgress::Wait wanted, int timeout_ms) {
  if (wanted == IoProgress::Wait::none) return {};
  const auto waiting = wanted == IoProgress::Wait::readable ? sys::wait_readable : sys::wait_writable;
  LOGMILL_ASSIGN_OR_RETURN(const auto ready, waiting(connection_->fd(), timeout_ms, stop_fd_));
  if (ready == sys::Readiness::ready) return {};
  return base::Error{base::ErrorCode::again, ready == sys::Readiness::timeout ? "the other side is silent" : "stopped"};
}

}  // namespace logmill::transport
