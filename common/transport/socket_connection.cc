#include "transport/socket_connection.h"

namespace logmill::transport {

base::Result<IoProgress> SocketConnection::read(char* to, std::size_t size) {
  LOGMILL_ASSIGN_OR_RETURN(const sys::Transfer got, sys::receive(fd_.get(), to, size));
  return IoProgress{got.bytes, got.would_wait() ? IoProgress::Wait::readable : IoProgress::Wait::none, got.closed};
}

base::Result<IoProgress> SocketConnection::write(std::string_view bytes) {
  LOGMILL_ASSIGN_OR_RETURN(const sys::Transfer sent, sys::send(fd_.get(), bytes));
  const bool stuck = sent.bytes == 0 && !bytes.empty();
  return IoProgress{sent.bytes, stuck ? IoProgress::Wait::writable : IoProgress::Wait::none, false};
}

}  // namespace logmill::transport
