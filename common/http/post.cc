#include "http/post.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>

#include "transport/patient_connection.h"

namespace logmill::http {
namespace {

namespace beast = boost::beast::http;
using AnswerParser = beast::response_parser<beast::string_body>;

constexpr std::size_t kAnswerBytesMax = 64 << 10;
constexpr std::size_t kAnswerHeaderBytesMax = 16 << 10;
// The whole dialogue, so that a server that sends a byte now and then holds nobody.
constexpr int kReadsMax = 1'000;

base::Error no_url(std::string_view why) { return {base::ErrorCode::invalid, "no URL such as https://host/path: " + std::string(why)}; }

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

// Header values are ours, or from files: a line break in one would be another header.
bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7f; });
}

using Headers = std::vector<std::pair<std::string, std::string>>;

base::Result<std::string> request_text(std::string_view method, const Url& url, const Headers& headers, std::string_view body) {
  const bool named = url.host.find(':') == std::string::npos;
  const bool usual = url.port == (url.tls ? "443" : "80");
  std::string text = std::string(method) + " " + url.target + " HTTP/1.1\r\nHost: " + (named ? url.host : "[" + url.host + "]") +
                     (usual ? "" : ":" + url.port) + "\r\nContent-Length: " + std::to_string(body.size()) +
                     "\r\nConnection: close\r\nUser-Agent: logmill\r\n";
  for (const auto& [name, value] : headers) {
    if (!is_plain(name) || !is_header_value(value)) return base::Error{base::ErrorCode::invalid, "header " + name + ": control characters"};
    text.append(name).append(": ").append(value).append("\r\n");
  }
  return text.append("\r\n").append(body);
}

base::Result<PostAnswer> read_answer(transport::PatientConnection& connection, int timeout_ms) {
  AnswerParser parser;
  parser.header_limit(kAnswerHeaderBytesMax);
  parser.body_limit(kAnswerBytesMax);
  parser.eager(true);
  std::string bytes;
  for (int reads = 0; !parser.is_done() && reads < kReadsMax; ++reads) {
    std::array<char, 4096> piece;
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, connection.read(piece.data(), piece.size(), timeout_ms));
    boost::system::error_code error;
    if (got == 0) {
      parser.put_eof(error);
      if (error) return base::Error{base::ErrorCode::again, "the connection ended before the answer"};
      break;
    }
    bytes.append(piece.data(), got);
    bytes.erase(0, parser.put(boost::asio::buffer(bytes), error));
    if (error == beast::error::body_limit) break;
    if (error && error != beast::error::need_more) return base::Error{base::ErrorCode::again, "the answer is not HTTP: " + error.message()};
  }
  if (!parser.is_header_done()) return base::Error{base::ErrorCode::again, "no answer"};
  return PostAnswer{parser.get().result_int(), parser.get().body()};
}

base::Result<PostAnswer> ask(const Url& url, std::string_view request, const PostOptions& options) {
  const bool named = url.host.find(':') == std::string::npos;
  LOGMILL_ASSIGN_OR_RETURN(
      const transport::Address address,
      transport::parse_address((url.tls ? "tls://" : "tcp://") + (named ? url.host : "[" + url.host + "]") + ":" + url.port));
  LOGMILL_ASSIGN_OR_RETURN(auto dialled,
                           transport::dial(address, {.tls = options.tls, .timeout_ms = options.timeout_ms, .stop_fd = options.stop_fd}));
  transport::PatientConnection connection(std::move(dialled), options.stop_fd);
  LOGMILL_RETURN_IF_ERROR(connection.write(request, options.timeout_ms));
  return read_answer(connection, options.timeout_ms);
}

}  // namespace

std::string Url::origin() const { return (tls ? "https://" : "http://") + host + ":" + port; }

base::Result<Url> parse_url(std::string_view text) {
  Url url;
  if (!is_plain(text)) return no_url("spaces or control characters");
  if (text.starts_with("https://"))
    url.tls = true;
  else if (!text.starts_with("http://"))
    return no_url("it begins with neither http:// nor https://");
  text.remove_prefix(url.tls ? 8 : 7);
  const std::size_t path = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, path);
  const std::string_view target = text.substr(path, text.find('#') - path);
  url.target = (target.starts_with('/') ? "" : "/") + std::string(target);
  if (authority.find('@') != std::string_view::npos) return no_url("a password belongs into a header");
  const bool bracketed = authority.starts_with('[');
  const std::size_t host_end = bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (host_end == std::string_view::npos) return no_url("a bracket is open");
  url.host = authority.substr(bracketed ? 1 : 0, host_end - (bracketed ? 1 : 0));
  authority.remove_prefix(std::min(authority.size(), host_end + (bracketed ? 1 : 0)));
  url.port = authority.empty() ? (url.tls ? "443" : "80") : std::string(authority.substr(1));
  const bool digits = std::ranges::all_of(url.port, [](char c) { return c >= '0' && c <= '9'; });
  if (url.host.empty() || url.port.empty() || !digits || (!authority.empty() && authority[0] != ':')) return no_url("no host, or no port");
  return url;
}

base::Result<PostAnswer> post(const Url& url, const Headers& headers, std::string_view body, const PostOptions& options) {
  LOGMILL_ASSIGN_OR_RETURN(const std::string request, request_text("POST", url, headers, body));
  return ask(url, request, options);
}

base::Result<PostAnswer> get(const Url& url, const PostOptions& options) {
  LOGMILL_ASSIGN_OR_RETURN(const std::string request, request_text("GET", url, {}, {}));
  return ask(url, request, options);
}

}  // namespace logmill::http
