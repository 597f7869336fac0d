// TLS over TCP with OpenSSL. At least TLS 1.2; servers are verified unless the user says otherwise,
// with the name (or IP address) that was dialled; clients are verified when `client_ca` is given.
#include <arpa/inet.h>
#include <chrono>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "transport/socket_connection.h"

namespace logmill::transport {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Context = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Deleter<SSL_free>>;

std::string openssl_reason() {
  const unsigned long code = ::ERR_get_error();
  ::ERR_clear_error();
  const char* reason = ::ERR_reason_error_string(code);
  return reason != nullptr ? reason : "TLS failed";
}

base::Error invalid_file(const std::string& path) { return {base::ErrorCode::invalid, path + ": " + openssl_reason()}; }

base::Status load_own_certificate(SSL_CTX& context, const TlsOptions& options) {
  if (options.cert.empty()) return {};
  const std::string& key = options.key.empty() ? options.cert : options.key;
  if (::SSL_CTX_use_certificate_chain_file(&context, options.cert.c_str()) != 1) return invalid_file(options.cert);
  if (::SSL_CTX_use_PrivateKey_file(&context, key.c_str(), SSL_FILETYPE_PEM) != 1) return invalid_file(key);
  return {};
}

base::Result<Context> client_context(const TlsOptions& options) {
  Context context(::SSL_CTX_new(TLS_client_method()));
  ::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  LOGMILL_RETURN_IF_ERROR(load_own_certificate(*context, options));
  if (options.skip_verify) return context;
  ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (options.ca_cert.empty())
    ::SSL_CTX_set_default_verify_paths(context.get());
  else if (::SSL_CTX_load_verify_locations(context.get(), options.ca_cert.c_str(), nullptr) != 1)
    return invalid_file(options.ca_cert);
  return context;
}

base::Result<Context> server_context(const TlsOptions& options) {
  if (options.cert.empty()) return base::Error{base::ErrorCode::invalid, "tls: a listener needs --cert and --key"};
  Context context(::SSL_CTX_new(TLS_server_method()));
  ::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // No tickets: a client that only writes would never read them, and closing a socket with unread
  // bytes resets the connection, which may take what it wrote with it.
  ::SSL_CTX_set_num_tickets(context.get(), 0);
  LOGMILL_RETURN_IF_ERROR(load_own_certificate(*context, options));
  if (options.client_ca.empty()) return context;
  ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  if (::SSL_CTX_load_verify_locations(context.get(), options.client_ca.c_str(), nullptr) != 1) return invalid_file(options.client_ca);
  ::SSL_CTX_set_client_CA_list(context.get(), ::SSL_load_client_CA_file(options.client_ca.c_str()));
  return context;
}

Session make_session(SSL_CTX& context, int fd) {
  Session session(::SSL_new(&context));
  ::SSL_set_fd(session.get(), fd);
  ::SSL_set_mode(session.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return session;
}

void expect_name(SSL& session, const std::string& host) {
  unsigned char address[sizeof(in6_addr)];
  const bool is_ip = ::inet_pton(AF_INET, host.c_str(), address) == 1 || ::inet_pton(AF_INET6, host.c_str(), address) == 1;
  if (is_ip) {
    ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(&session), host.c_str());
    return;
  }
  ::SSL_set1_host(&session, host.c_str());
  ::SSL_set_tlsext_host_name(&session, host.c_str());
}

class TlsConnection : public Connection {
 public:
  TlsConnection(sys::Fd fd, Session session, std::string peer) : fd_(std::move(fd)), session_(std::move(session)), peer_(std::move(peer)) {}

  ~TlsConnection() override {
    // One try: a peer that does not listen any more is none of our business.
    if (::SSL_is_init_finished(session_.get())) ::SSL_shutdown(session_.get());
    ::ERR_clear_error();
  }

  int fd() const override { return fd_.get(); }
  const std::string& peer() const override { return peer_; }
  bool has_buffered() const override { return ::SSL_pending(session_.get()) > 0; }

  // Also does the handshake, as far as it goes without waiting.
  base::Result<IoProgress> read(char* to, std::size_t size) override {
    std::size_t got = 0;
    errno = 0;
    const int result = ::SSL_read_ex(session_.get(), to, size, &got);
    return progress(result, got);
  }
  base::Result<IoProgress> write(std::string_view bytes) override {
    if (bytes.empty()) return IoProgress{};
    std::size_t sent = 0;
    errno = 0;
    const int result = ::SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &sent);
    return progress(result, sent);
  }
  base::Result<IoProgress> handshake() { return progress(::SSL_do_handshake(session_.get()), 0); }

 private:
  base::Result<IoProgress> progress(int result, std::size_t bytes) {
    if (result == 1) return IoProgress{bytes, IoProgress::Wait::none, false};
    switch (::SSL_get_error(session_.get(), result)) {
      case SSL_ERROR_WANT_READ: return IoProgress{0, IoProgress::Wait::readable, false};
      case SSL_ERROR_WANT_WRITE: return IoProgress{0, IoProgress::Wait::writable, false};
      case SSL_ERROR_ZERO_RETURN: return IoProgress{0, IoProgress::Wait::none, true};
      case SSL_ERROR_SYSCALL:
        ::ERR_clear_error();
        return errno != 0 ? sys::error_from_errno(errno, "TLS")
                          : base::Error{base::ErrorCode::again, "TLS: the peer closed the connection"};
      default: return failure();
    }
  }

  base::Error failure() {
    const long verified = ::SSL_get_verify_result(session_.get());
    if (verified != X509_V_OK) {
      ::ERR_clear_error();
      return {base::ErrorCode::invalid, std::string("certificate not accepted: ") + ::X509_verify_cert_error_string(verified)};
    }
    const std::string reason = openssl_reason();
    // A connection that was cut is no reason to give up; a refusal by the peer is.
    const bool cut = reason.find("unexpected eof") != std::string::npos;
    return {cut ? base::ErrorCode::again : base::ErrorCode::io, "TLS: " + reason};
  }

  sys::Fd fd_;
  Session session_;
  std::string peer_;
};

class TlsListener : public Listener {
 public:
  TlsListener(sys::Fd fd, Context context) : fd_(std::move(fd)), context_(std::move(context)) {}
  int fd() const override { return fd_.get(); }
  std::string address() const override { return "tls://" + sys::local_address(fd_.get()); }

  base::Result<std::unique_ptr<Connection>> accept() override {
    LOGMILL_ASSIGN_OR_RETURN(auto accepted, sys::accept_connection(fd_.get()));
    if (!accepted) return std::unique_ptr<Connection>();
    sys::detect_dead_peer(accepted->fd.get(), kIdlePeerMs);
    Session session = make_session(*context_, accepted->fd.get());
    ::SSL_set_accept_state(session.get());
    return std::unique_ptr<Connection>(
        std::make_unique<TlsConnection>(std::move(accepted->fd), std::move(session), std::move(accepted->peer)));
  }

 private:
  sys::Fd fd_;
  Context context_;
};

base::Status finish_handshake(TlsConnection& connection, const DialOptions& options) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(options.timeout_ms);
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const IoProgress state, connection.handshake());
    if (state.wait == IoProgress::Wait::none) return {};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int timeout_ms = static_cast<int>(std::max<std::int64_t>(0, left.count()));
    const auto wait = state.wait == IoProgress::Wait::readable ? sys::wait_readable : sys::wait_writable;
    LOGMILL_ASSIGN_OR_RETURN(const auto ready, wait(connection.fd(), timeout_ms, options.stop_fd));
    if (ready == sys::Readiness::timeout) return base::Error{base::ErrorCode::again, "no TLS handshake in time"};
    if (ready == sys::Readiness::stopped) return base::Error{base::ErrorCode::again, "stopped while connecting"};
  }
}

base::Result<std::unique_ptr<Connection>> dial_tls(const Address& address, const DialOptions& options) {
  // Loaded anew for each attempt, so that renewed certificates count.
  LOGMILL_ASSIGN_OR_RETURN(const Context context, client_context(options.tls));
  LOGMILL_ASSIGN_OR_RETURN(sys::Fd fd, sys::connect_tcp(address.host, address.port, options.timeout_ms, options.stop_fd));
  sys::detect_dead_peer(fd.get(), options.dead_peer_ms);
  Session session = make_session(*context, fd.get());
  ::SSL_set_connect_state(session.get());
  expect_name(*session, address.host);
  auto connection = std::make_unique<TlsConnection>(std::move(fd), std::move(session), address.text());
  if (auto done = finish_handshake(*connection, options); !done) return std::move(done).error().with_context(address.text());
  return std::unique_ptr<Connection>(std::move(connection));
}

base::Result<std::unique_ptr<Listener>> listen_tls(const Address& address, const ListenOptions& options) {
  LOGMILL_ASSIGN_OR_RETURN(Context context, server_context(options.tls));
  LOGMILL_ASSIGN_OR_RETURN(sys::Fd fd, sys::listen_tcp(address.host, address.port));
  return std::unique_ptr<Listener>(std::make_unique<TlsListener>(std::move(fd), std::move(context)));
}

}  // namespace

extern constexpr TransportSpec kTls{.scheme = "tls",
                                    .syntax = "tls://HOST:PORT",
                                    .summary = "TCP, encrypted, and the server's certificate verified",
                                    .form = TransportSpec::Form::host_port,
                                    .carries = TransportSpec::Carries::stream,
                                    .dial = dial_tls,
                                    .listen = listen_tls};

}  // namespace logmill::transport
