#include <unistd.h>

#include "transport/socket_connection.h"

namespace logmill::transport {
namespace {

// Takes its socket file away when it ends.
class SocketFile {
 public:
  explicit SocketFile(std::string path) : path_(std::move(path)) {}
  ~SocketFile() { ::unlink(path_.c_str()); }
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class UnixListener : public Listener {
 public:
  UnixListener(sys::Fd fd, const std::string& path) : fd_(std::move(fd)), file_(path) {}
  int fd() const override { return fd_.get(); }
  std::string address() const override { return "unix:" + file_.path(); }

  base::Result<std::unique_ptr<Connection>> accept() override {
    LOGMILL_ASSIGN_OR_RETURN(auto accepted, sys::accept_connection(fd_.get()));
    if (!accepted) return std::unique_ptr<Connection>();
    return std::unique_ptr<Connection>(
        std::make_unique<SocketConnection>(std::move(accepted->fd), std::string(), TransportSpec::Carries::stream));
  }

 private:
  sys::Fd fd_;
  SocketFile file_;
};

class UnixDatagramListener : public DatagramListener {
 public:
  UnixDatagramListener(sys::Fd fd, const std::string& path, std::size_t bytes_max)
      : DatagramListener(std::move(fd), "unixgram:" + path, bytes_max), file_(path) {}

 private:
  SocketFile file_;
};

base::Result<std::unique_ptr<Connection>> dial_stream(const Address& address, const DialOptions&) {
  LOGMILL_ASSIGN_OR_RETURN(sys::Fd fd, sys::connect_unix(address.path, sys::UnixKind::stream));
  return std::unique_ptr<Connection>(std::make_unique<SocketConnection>(std::move(fd), address.text(), TransportSpec::Carries::stream));
}

base::Result<std::unique_ptr<Connection>> dial_datagrams(const Address& address, const DialOptions&) {
  LOGMILL_ASSIGN_OR_RETURN(sys::Fd fd, sys::connect_unix(address.path, sys::UnixKind::datagram));
  return std::unique_ptr<Connection>(std::make_unique<SocketConnection>(std::move(fd), address.text(), TransportSpec::Carries::datagrams));
}

base::Result<std::unique_ptr<Listener>> listen_stream(const Address& address, const ListenOptions&) {
  LOGMILL_ASSIGN_OR_RETURN(sys::Fd fd, sys::listen_unix(address.path, sys::UnixKind::stream));
  return std::unique_ptr<Listener>(std::make_unique<UnixListener>(std::move(fd), address.path));
}

base::Result<std::unique_ptr<Listener>> listen_datagrams(const Address& address, const ListenOptions& options) {
  LOGMILL_ASSIGN_OR_RETURN(sys::Fd fd, sys::listen_unix(address.path, sys::UnixKind::datagram));
  return std::unique_ptr<Listener>(std::make_unique<UnixDatagramListener>(std::move(fd), address.path, options.datagram_bytes_max));
}

}  // namespace

extern constexpr TransportSpec kUnix{.scheme = "unix",
                                     .syntax = "unix:/PATH",
                                     .summary = "a socket file on this machine",
                                     .form = TransportSpec::Form::path,
                                     .carries = TransportSpec::Carries::stream,
                                     .dial = dial_stream,
                                     .listen = listen_stream};

extern constexpr TransportSpec kUnixgram{.scheme = "unixgram",
                                         .syntax = "unixgram:/PATH",
                                         .summary = "a datagram socket file, such as /dev/log",
                                         .form = TransportSpec::Form::path,
                                         .carries = TransportSpec::Carries::datagrams,
                                         .dial = dial_datagrams,
                                         .listen = listen_datagrams};

}  // namespace logmill::transport
