#include "logserve/service/access.h"

#include <gtest/gtest.h>

namespace logmill::logserve {
namespace {

const Access& access_of_one() {
  static const Access access = *Access::parse("shop sesame-sesame-sesame read service=shop\n", "tokens");
  return access;
}

const Grant* found(std::string_view authorization) { return access_of_one().find(authorization); }

TEST(Access, TheTokenAsClientsSendIt) {
  for (const char* authorization : {
           "Bearer sesame-sesame-sesame",
           "Basic Z3JhZmFuYTpzZXNhbWUtc2VzYW1lLXNlc2FtZQ==",   // grafana:…
           "Basic OnNlc2FtZS1zZXNhbWUtc2VzYW1l",               // no user
           "ApiKey ZmlsZWJlYXQ6c2VzYW1lLXNlc2FtZS1zZXNhbWU=",  // filebeat:…
           "ApiKey sesame-sesame-sesame",
       }) {
    ASSERT_NE(found(authorization), nullptr) << authorization;
    EXPECT_EQ(found(authorization)->name, "shop");
  }
}

TEST(Access, NothingElseIsTheToken) {
  for (const char* authorization : {
           "",
           "Bearer ",
           "Bearer sesame-sesame-sesamE",
           "bearer sesame-sesame-sesame",
           "sesame-sesame-sesame",
           "Basic sesame-sesame-sesame",
           "Basic c2VzYW1lLXNlc2FtZS1zZXNhbWU=",               // no colon
           "Basic Z3JhZmFuYTpzZXNhbWUtc2VzYW1lLXNlc2FtZQ",     // no padding
           "Basic Z3JhZmFuYTpzZXNhbWUtc2VzYW1lLXNlc2FtZQ== ",  // blank behind it
           "Basic Z3JhZmFuYTpzZXNhbWUtc2VzYW1lLXNlc2FtZXg=",   // a letter more
           "Basic ====",
           "ApiKey ",
           "Negotiate c2VzYW1l",
       })
    EXPECT_EQ(found(authorization), nullptr) << authorization;
}

}  // namespace
}  // namespace logmill::logserve
