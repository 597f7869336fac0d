#include "sys/fd.h"

#include <cerrno>
#include <gtest/gtest.h>

namespace logmill::sys {
namespace {

TEST(ErrorFromErrno, WhatMayPassIsToBeTriedAgain) {
  // Whoever gets `again` from a write says so, waits, and loses nothing.
  for (const int number : {ENOSPC, EDQUOT, EMFILE, ENFILE})
    EXPECT_EQ(error_from_errno(number, "here").code, base::ErrorCode::again) << number;
  for (const int number : {EIO, EROFS, EACCES, EFBIG}) EXPECT_NE(error_from_errno(number, "here").code, base::ErrorCode::again) << number;
  EXPECT_EQ(error_from_errno(ENOENT, "here").code, base::ErrorCode::not_found);
  EXPECT_EQ(error_from_errno(EDQUOT, "here").what, "here: Disk quota exceeded");
}

}  // namespace
}  // namespace logmill::sys
