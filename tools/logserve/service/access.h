// Who may do what: tokens with scopes, kept in a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypt/secret.h"

namespace logmill::logserve {

// Of "HOST" or "HOST:PORT": only this machine is reached by it, by number or by the one name that is never another's.
bool is_this_machine(std::string_view host);

enum class Scope : std::uint8_t {
  none,    // needs no token
  read,    // search
  write,   // ingest
  remove,  // delete records
  admin,   // all of these
};
std::string_view scope_name(Scope scope);

// Whoever asks: what it may do, and what it may see.
struct Grant {
  std::string name;  // for messages; never the token
  std::vector<Scope> scopes;
  std::string filter;  // of the query language: only records that match are seen. Empty: all

  bool allows(Scope scope) const;
};

// Immutable after it was made.
class Access {
 public:
  // Everybody may do everything.
  static Access open_to_all();
  // One token a line, blanks between its parts, '#' before a comment:
  //   NAME TOKEN SCOPE[,SCOPE...] [FILTER]
  //   shop  4b1d…  read,write  service=shop
  // Fails with invalid, naming the line but no token. `name` is for messages.
  static base::Result<Access> parse(std::string_view text, const std::string& name);
  static base::Result<Access> read(const std::string& path);

  // By the value of the header Authorization: "Bearer TOKEN"; "Basic", with the token as the password of whatever user; "ApiKey", with
  // the token as the key of whatever id, in base64 or as it is. nullptr: nobody.
  const Grant* find(std::string_view authorization) const;

 private:
  struct Holder {
    crypt::SecretDigest token;
    Grant grant;
  };
  std::vector<Holder> holders_;
  std::optional<Grant> everybody_;
};

}  // namespace logmill::logserve
