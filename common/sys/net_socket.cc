#include "sys/net_socket.h"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <linux/sockios.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace logmill::sys {
namespace {

constexpr int kBacklog = 1024;
// What we ask for; the kernel grants up to net.core.rmem_max. A burst of 8 MiB is some 16,000 long
// syslog lines.
constexpr int kReceiveBufferBytes = 8 << 20;

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

std::string endpoint(const std::string& host, const std::string& port) {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + port;
}

base::Result<AddressList> resolve(const std::string& host, const std::string& port, int type, int flags) {
  addrinfo hints{};
  hints.ai_socktype = type;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &list);
  if (error == EAI_SYSTEM) return error_from_errno(errno, endpoint(host, port));
  if (error != 0) {
    const bool may_pass = error == EAI_AGAIN || error == EAI_NONAME;  // a resolver that is not up yet
    return base::Error{may_pass ? base::ErrorCode::again : base::ErrorCode::invalid, endpoint(host, port) + ": " + ::gai_strerror(error)};
  }
  return AddressList(list, &::freeaddrinfo);
}

Fd open_socket(const addrinfo& address) { return Fd(::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

void set_option(int fd, int level, int option, int value) { ::setsockopt(fd, level, option, &value, sizeof value); }

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Waits for a connect in progress; 0 or an error number. ECANCELED means stopped.
int finish_connect(int fd, int timeout_ms, int stop_fd) {
  const auto ready = wait_writable(fd, timeout_ms, stop_fd);
  if (!ready) return EIO;
  if (*ready == Readiness::timeout) return ETIMEDOUT;
  if (*ready == Readiness::stopped) return ECANCELED;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

base::Result<sockaddr_un> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return base::Error{base::ErrorCode::invalid, path + ": longer than a socket's name can be (107 bytes)"};
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int socket_type(UnixKind kind) { return kind == UnixKind::stream ? SOCK_STREAM : SOCK_DGRAM; }

std::string text_of(const sockaddr_storage& address, socklen_t size) {
  if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return {};
  char host[NI_MAXHOST], port[NI_MAXSERV];
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::getnameinfo(generic, size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0) return {};
  std::string_view name = host;
  // An IPv4 peer of a socket that takes both.
  if (name.starts_with("::ffff:") && name.find('.') != name.npos) name.remove_prefix(7);
  return endpoint(std::string(name), port);
}

base::Result<Fd> bind_first(const std::string& host, const std::string& port, int type) {
  LOGMILL_ASSIGN_OR_RETURN(const AddressList list, resolve(host, port, type, AI_PASSIVE));
  int error = EADDRNOTAVAIL;
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    Fd fd = open_socket(*at);
    if (type == SOCK_STREAM) set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (fd.valid() && ::bind(fd.get(), at->ai_addr, at->ai_addrlen) == 0) return fd;
    error = errno;
  }
  return error_from_errno(error, endpoint(host, port));
}

// Whether the socket file is a leftover: nobody answers there.
bool abandoned(const sockaddr_un& address, UnixKind kind) {
  struct stat info {};
  if (::lstat(address.sun_path, &info) != 0 || !S_ISSOCK(info.st_mode)) return false;
  const Fd probe(::socket(AF_UNIX, socket_type(kind) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
}

}  // namespace

base::Result<Fd> connect_tcp(const std::string& host, const std::string& port, int timeout_ms, int stop_fd) {
  LOGMILL_ASSIGN_OR_RETURN(const AddressList list, resolve(host, port, SOCK_STREAM, 0));
  const std::int64_t deadline = now_ms() + timeout_ms;
  int error = EADDRNOTAVAIL;
  for (const addrinfo* at = list.get(); at != nullptr && error != ECANCELED; at = at->ai_next) {
    Fd fd = open_socket(*at);
    error = ::connect(fd.get(), at->ai_addr, at->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) error = finish_connect(fd.get(), static_cast<int>(std::max<std::int64_t>(0, deadline - now_ms())), stop_fd);
    if (error != 0) continue;
    set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);  // we gather ourselves
    return fd;
  }
  if (error == ECANCELED) return base::Error{base::ErrorCode::again, "stopped while connecting"};
  return error_from_errno(error, endpoint(host, port));
}

base::Result<Fd> connect_udp(const std::string& host, const std::string& port) {
  LOGMILL_ASSIGN_OR_RETURN(const AddressList list, resolve(host, port, SOCK_DGRAM, 0));
  Fd fd = open_socket(*list);
  if (::connect(fd.get(), list->ai_addr, list->ai_addrlen) != 0) return error_from_errno(errno, endpoint(host, port));
  return fd;
}

base::Result<Fd> connect_unix(const std::string& path, UnixKind kind) {
  LOGMILL_ASSIGN_OR_RETURN(const sockaddr_un address, unix_address(path));
  Fd fd(::socket(AF_UNIX, socket_type(kind) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  // A socket that is not there may come: not the user's mistake but a peer that is down.
  base::Error error = error_from_errno(errno, path);
  error.code = base::ErrorCode::again;
  return error;
}

base::Result<Fd> listen_tcp(const std::string& host, const std::string& port) {
  LOGMILL_ASSIGN_OR_RETURN(Fd fd, bind_first(host, port, SOCK_STREAM));
  if (::listen(fd.get(), kBacklog) != 0) return error_from_errno(errno, endpoint(host, port));
  return fd;
}

base::Result<Fd> bind_udp(const std::string& host, const std::string& port) {
  LOGMILL_ASSIGN_OR_RETURN(Fd fd, bind_first(host, port, SOCK_DGRAM));
  set_option(fd.get(), SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes);
  set_option(fd.get(), SOL_SOCKET, SO_RXQ_OVFL, 1);
  return fd;
}

base::Result<Fd> listen_unix(const std::string& path, UnixKind kind) {
  LOGMILL_ASSIGN_OR_RETURN(const sockaddr_un address, unix_address(path));
  if (abandoned(address, kind)) ::unlink(path.c_str());
  Fd fd(::socket(AF_UNIX, socket_type(kind) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return error_from_errno(errno, path);
  if (kind == UnixKind::stream && ::listen(fd.get(), kBacklog) != 0) return error_from_errno(errno, path);
  return fd;
}

namespace {

// Tried, with copies of `fd` that are closed again.
bool can_open(int fd, std::size_t count) {
  std::vector<Fd> copies;
  while (copies.size() < count) {
    copies.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    if (!copies.back().valid()) return false;
  }
  return true;
}

bool somebody_waits(int listener) {
  pollfd asked{listener, POLLIN, 0};
  return ::poll(&asked, 1, 0) > 0;
}

}  // namespace

base::Result<std::optional<Accepted>> accept_connection(int listener) {
  if (!can_open(listener, kDescriptorsKept)) {
    if (somebody_waits(listener)) return error_from_errno(EMFILE, "accept");
    return std::optional<Accepted>();
  }
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  Fd fd(::accept4(listener, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd.valid()) return std::optional(Accepted{std::move(fd), text_of(address, size)});
  const bool nobody = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
  if (nobody) return std::optional<Accepted>();
  return error_from_errno(errno, "accept");
}

std::string local_address(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return text_of(address, size);
}

void detect_dead_peer(int fd, int timeout_ms) {
  constexpr int kProbes = 3;
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, std::max(1, timeout_ms / 2000));
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, std::max(1, timeout_ms / 2000 / kProbes));
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, kProbes);
  set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, timeout_ms);
}

bool hung_up(int fd) {
  pollfd asked{fd, POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) > 0;
}

std::size_t unacknowledged_bytes(int fd) {
  int bytes = 0;
  if (::ioctl(fd, SIOCOUTQ, &bytes) != 0 || bytes < 0) return 0;
  return static_cast<std::size_t>(bytes);
}

base::Result<Transfer> receive(int fd, char* to, std::size_t size) {
  while (true) {
    const ssize_t got = ::recv(fd, to, size, 0);
    if (got > 0) return Transfer{static_cast<std::size_t>(got), false};
    if (got == 0) return Transfer{0, true};
    if (errno == EAGAIN) return Transfer{};
    if (errno != EINTR) return error_from_errno(errno, "receive");
  }
}

base::Result<Transfer> send(int fd, std::string_view bytes) {
  while (true) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return Transfer{static_cast<std::size_t>(sent), false};
    if (errno == EAGAIN || errno == ENOBUFS) return Transfer{};
    if (errno == EPIPE) return base::Error{base::ErrorCode::again, "the peer closed the connection"};
    if (errno != EINTR) return error_from_errno(errno, "send");
  }
}

DatagramReader::DatagramReader(int fd, std::size_t bytes_max) : fd_(fd), bytes_max_(bytes_max), buffer_(kBurst * bytes_max, '\0') {}

base::Result<const std::vector<DatagramReader::Datagram>*> DatagramReader::read() {
  mmsghdr headers[kBurst] = {};
  iovec parts[kBurst];
  sockaddr_storage peers[kBurst];
  alignas(cmsghdr) char control[kBurst][CMSG_SPACE(sizeof(std::uint32_t))];
  for (std::size_t i = 0; i < kBurst; ++i) {
    parts[i] = {buffer_.data() + i * bytes_max_, bytes_max_};
    headers[i].msg_hdr = {&peers[i], sizeof peers[i], &parts[i], 1, control[i], sizeof control[i], 0};
  }
  datagrams_.clear();
  const int count = ::recvmmsg(fd_, headers, kBurst, MSG_DONTWAIT, nullptr);
  if (count < 0 && errno != EAGAIN && errno != EINTR) return error_from_errno(errno, "receive");
  for (int i = 0; i < count; ++i) {
    msghdr& header = headers[i].msg_hdr;
    datagrams_.push_back(
        {{buffer_.data() + static_cast<std::size_t>(i) * bytes_max_, headers[i].msg_len}, text_of(peers[i], header.msg_namelen)});
    for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
      if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SO_RXQ_OVFL) continue;
      std::uint32_t overflow;  // since the socket was made; wraps around
      std::memcpy(&overflow, CMSG_DATA(item), sizeof overflow);
      dropped_ += overflow - last_overflow_;
      last_overflow_ = overflow;
    }
  }
  return &datagrams_;
}

}  // namespace logmill::sys
