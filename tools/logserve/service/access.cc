#include "logserve/service/access.h"

#include <algorithm>
#include <array>

#include "query/filter/filter.h"

namespace logmill::logserve {
namespace {

constexpr std::uint64_t kTokenFileBytesMax = 1 << 20;
// Of 64 letters and digits: as hard to guess as 96 bits.
constexpr std::size_t kTokenCharsMin = 16;
constexpr std::string_view kTokenBlanks = " \t\r";
constexpr std::string_view kBearer = "Bearer ", kBasic = "Basic ", kApiKey = "ApiKey ";

constexpr std::array<std::pair<Scope, std::string_view>, 4> kScopes{
    {{Scope::read, "read"}, {Scope::write, "write"}, {Scope::remove, "delete"}, {Scope::admin, "admin"}}};

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kTokenBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kTokenBlanks));
  line.remove_prefix(word.size());
  return word;
}

// The token in the value of the header Authorization; empty if there is none.
std::string token_of(std::string_view authorization) {
  if (authorization.starts_with(kBearer)) return std::string(authorization.substr(kBearer.size()));
  const bool is_key = authorization.starts_with(kApiKey);
  if (!is_key && !authorization.starts_with(kBasic)) return {};
  const std::string_view text = authorization.substr(is_key ? kApiKey.size() : kBasic.size());
  auto pair = crypt::decode_base64(text);
  const std::size_t colon = pair ? pair->find(':') : std::string::npos;
  std::string token = colon != std::string::npos ? pair->substr(colon + 1) : std::string(is_key ? text : std::string_view());
  if (pair) crypt::wipe(*pair);
  return token;
}

base::Result<std::vector<Scope>> parse_scopes(std::string_view text) {
  std::vector<Scope> scopes;
  while (!text.empty()) {
    const std::string_view name = text.substr(0, text.find(','));
    text.remove_prefix(std::min(name.size() + 1, text.size()));
    const auto found = std::ranges::find(kScopes, name, &std::pair<Scope, std::string_view>::second);
    if (found == kScopes.end())
      return base::Error{base::ErrorCode::invalid, "'" + std::string(name) + "' is no scope: read, write, delete, admin"};
    scopes.push_back(found->first);
  }
  return scopes;
}

}  // namespace

bool is_this_machine(std::string_view host) {
  const std::string_view name = host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.find(':'));
  return name == "localhost" || name == "[::1]" ||
         (name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string_view scope_name(Scope scope) {
  const auto found = std::ranges::find(kScopes, scope, &std::pair<Scope, std::string_view>::first);
  return found == kScopes.end() ? std::string_view("none") : found->second;
}

bool Grant::allows(Scope scope) const {
  return scope == Scope::none ||
         std::ranges::any_of(scopes, [scope](Scope granted) { return granted == scope || granted == Scope::admin; });
}

Access Access::open_to_all() {
  Access access;
  access.everybody_ = Grant{.name = "everybody", .scopes = {Scope::admin}, .filter = {}};
  return access;
}

base::Result<Access> Access::parse(std::string_view text, const std::string& name) {
  Access access;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string_view who = take_word(line);
    if (who.empty() || who.starts_with('#')) continue;
    const std::string place = name + ":" + std::to_string(number) + ": ";
    const std::string_view token = take_word(line);
    auto scopes = parse_scopes(take_word(line));
    if (!scopes) return std::move(scopes).error().with_context(name + ":" + std::to_string(number));
    if (scopes->empty()) return base::Error{base::ErrorCode::invalid, place + "expected NAME TOKEN SCOPE[,SCOPE...] [FILTER]"};
    if (token.size() < kTokenCharsMin)
      return base::Error{base::ErrorCode::invalid, place + "a token of fewer than 16 characters; `openssl rand -hex 32` makes a good one"};
    line.remove_prefix(std::min(line.find_first_not_of(kTokenBlanks), line.size()));
    line = line.substr(0, line.find_last_not_of(kTokenBlanks) + 1);
    if (!line.empty())
      if (auto filter = query::Filter::parse(line, {}); !filter)
        return std::move(filter).error().with_context(name + ":" + std::to_string(number));
    access.holders_.push_back({crypt::SecretDigest(token), {std::string(who), *std::move(scopes), std::string(line)}});
  }
  if (access.holders_.empty()) return base::Error{base::ErrorCode::invalid, name + ": holds no token"};
  return access;
}

base::Result<Access> Access::read(const std::string& path) {
  LOGMILL_ASSIGN_OR_RETURN(std::string text, crypt::read_secret_file(path, kTokenFileBytesMax));
  auto access = parse(text, path);
  crypt::wipe(text);
  return access;
}

// All are compared, so that the time does not tell which one came near.
const Grant* Access::find(std::string_view authorization) const {
  if (everybody_) return &*everybody_;
  std::string token = token_of(authorization);
  const Grant* found = nullptr;
  for (const Holder& holder : holders_)
    if (holder.token.is_of(token)) found = &holder.grant;
  crypt::wipe(token);
  return found;
}

}  // namespace logmill::logserve
