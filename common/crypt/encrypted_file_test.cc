#include "crypt/encrypted_file.h"

#include <gtest/gtest.h>

#include <random>

#include "crypt/encrypted_file_system.h"
#include "support/fault_fs.h"

namespace logmill::crypt {
namespace {

constexpr std::string_view kFirst = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
constexpr std::string_view kSecond = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

KeyRing ring(std::string_view text) {
  auto keys = KeyRing::parse(text, "keys");
  EXPECT_TRUE(keys);
  return *std::move(keys);
}

std::string text_of(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

class Encrypted : public testing::Test {
 protected:
  std::unique_ptr<sys::File> open(sys::OpenMode mode, const std::string& path = "file") {
    auto file = files_.open(path, mode);
    EXPECT_TRUE(file) << file.error().what;
    return file ? *std::move(file) : nullptr;
  }

  static std::string content_of(const sys::File& file) {
    const auto info = file.info();
    EXPECT_TRUE(info);
    std::string content(info->size, '\0');
    const auto got = file.read_at(0, content.data(), content.size());
    EXPECT_TRUE(got);
    EXPECT_EQ(*got, content.size());
    return content;
  }

  test::FaultFs disk_;
  KeyRing keys_ = ring(kFirst);
  EncryptedFileSystem files_{disk_, keys_, {"plain"}};
};

TEST_F(Encrypted, NothingOfTheContentIsOnDisk) {
  const std::string text = text_of(200'000, 1);
  ASSERT_TRUE(open(sys::OpenMode::create)->append(text));
  EXPECT_EQ(content_of(*open(sys::OpenMode::read)), text);
  const std::string& bytes = disk_.content("file");
  for (std::size_t at = 0; at + 8 <= text.size(); at += 1'000) EXPECT_EQ(bytes.find(text.substr(at, 8)), bytes.npos) << at;
}

TEST_F(Encrypted, AReaderSeesWhatAWriterAppends) {
  const auto writer = open(sys::OpenMode::create);
  ASSERT_TRUE(writer->append("one "));
  const auto reader = open(sys::OpenMode::read);
  EXPECT_EQ(content_of(*reader), "one ");
  ASSERT_TRUE(writer->append("two"));
  EXPECT_EQ(content_of(*reader), "one two");
}

TEST_F(Encrypted, IsAFileLikeAnyOther) {
  const std::uint64_t seed = 7;
  std::mt19937_64 random(seed);
  std::string expected;
  auto file = open(sys::OpenMode::create);
  for (int i = 0; i < 400; ++i) {
    SCOPED_TRACE(i);
    switch (random() % 5) {
      case 0: {
        const std::size_t size = expected.empty() ? 0 : random() % (expected.size() + 1);
        ASSERT_TRUE(file->truncate(size));
        expected.resize(size);
        break;
      }
      case 1: file = open(sys::OpenMode::append); break;
      default: {
        const std::string more = text_of(random() % 3 == 0 ? random() % 200'000 : random() % 100, random());
        ASSERT_TRUE(file->append(more));
        expected += more;
      }
    }
    const std::size_t from = random() % (expected.size() + 10);
    std::string part(random() % 100'000, '\0');
    const auto got = file->read_at(from, part.data(), part.size());
    ASSERT_TRUE(got);
    part.resize(*got);
    ASSERT_EQ(part, from < expected.size() ? expected.substr(from, part.size()) : "");
    ASSERT_EQ(file->info()->size, expected.size());
  }
  EXPECT_EQ(content_of(*open(sys::OpenMode::read)), expected);
}

// Every bit of three pages: the pages that are not hit are where they were, the one that is reads
// as zeros.
TEST_F(Encrypted, AFlippedBitIsZerosInItsPageAndNowhereElse) {
  const std::vector<std::string> pages = {text_of(50, 1), text_of(70, 2), text_of(60, 3)};
  {
    const auto file = open(sys::OpenMode::create);
    for (const std::string& page : pages) ASSERT_TRUE(file->append(page));
  }
  const std::string whole = disk_.content("file");
  std::size_t page = 0, page_end = kFileHeaderBytes + kPageOverhead + pages[0].size();
  for (std::size_t byte = 0; byte < whole.size(); ++byte) {
    if (byte == page_end && page + 1 < pages.size()) page_end += kPageOverhead + pages[++page].size();
    for (int bit = 0; bit < 8; ++bit) {
      disk_.content("file") = whole;
      disk_.content("file")[byte] = static_cast<char>(whole[byte] ^ 1 << bit);
      const auto file = files_.open("file", sys::OpenMode::read);
      if (byte < kFileHeaderBytes) {
        // Without its magic it is some other file, and its readers know it for none of theirs.
        EXPECT_EQ(file.has_value(), byte < kFileMagic.size()) << byte;
        continue;
      }
      std::vector<std::string> expected = pages;
      expected[page].assign(pages[page].size(), '\0');
      std::string joined = expected[0] + expected[1] + expected[2];
      ASSERT_TRUE(file);
      const std::string got = content_of(**file);
      // At the end, a page whose length is not what it was cannot be told from a torn one.
      if (page + 1 == pages.size() && got.size() < joined.size()) joined.resize(got.size());
      ASSERT_GE(got.size(), pages[0].size() + (page > 1 ? pages[1].size() : 0));
      ASSERT_EQ(got, joined) << "byte " << byte << " bit " << bit;
    }
  }
}

TEST_F(Encrypted, ATornTailIsNotThere) {
  {
    const auto file = open(sys::OpenMode::create);
    ASSERT_TRUE(file->append("first"));
    ASSERT_TRUE(file->append("second"));
  }
  const std::string whole = disk_.content("file");
  const std::size_t first_end = kFileHeaderBytes + kPageOverhead + 5;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    disk_.content("file") = whole.substr(0, size);
    const auto file = open(sys::OpenMode::append);
    EXPECT_EQ(content_of(*file), size < first_end ? "" : "first") << size;
    ASSERT_TRUE(file->append("third"));
    EXPECT_EQ(content_of(*open(sys::OpenMode::read)), size < first_end ? "third" : "firstthird") << size;
  }
}

TEST_F(Encrypted, AFullDiskCanBeCutBackAndWrittenAgain) {
  const auto file = open(sys::OpenMode::create);
  ASSERT_TRUE(file->append("kept"));
  const std::string more = text_of(300'000, 5);
  disk_.set_capacity(200'000);
  ASSERT_FALSE(file->append(more));
  ASSERT_TRUE(file->truncate(4));
  disk_.set_capacity(UINT64_MAX);
  ASSERT_TRUE(file->append(more));
  EXPECT_EQ(content_of(*open(sys::OpenMode::read)), "kept" + more);
}

TEST_F(Encrypted, OtherFilesStayAsTheyAre) {
  ASSERT_TRUE(open(sys::OpenMode::create, "plain")->append("{}"));
  EXPECT_EQ(disk_.content("plain"), "{}");
  ASSERT_TRUE((*disk_.open("old", sys::OpenMode::create))->append("from before"));
  ASSERT_TRUE(open(sys::OpenMode::append, "old")->append(", and after"));
  EXPECT_EQ(disk_.content("old"), "from before, and after");
  EXPECT_EQ(content_of(*open(sys::OpenMode::read, "old")), "from before, and after");
}

TEST_F(Encrypted, ItTakesTheKey) {
  ASSERT_TRUE(open(sys::OpenMode::create)->append("secret"));
  const KeyRing none, other = ring(kSecond), both = ring(std::string(kSecond) + "# old\n" + std::string(kFirst));
  const auto unopened = EncryptedFileSystem(disk_, none).open("file", sys::OpenMode::read);
  ASSERT_FALSE(unopened);
  EXPECT_NE(unopened.error().what.find("file: encrypted with key " + to_text(keys_.first().id)), std::string::npos);
  EXPECT_NE(unopened.error().what.find("--key-file"), std::string::npos);
  const auto wrong = EncryptedFileSystem(disk_, other).open("file", sys::OpenMode::read);
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().what.find("not in the key file"), std::string::npos);
  EncryptedFileSystem with_both(disk_, both);
  EXPECT_EQ(content_of(**with_both.open("file", sys::OpenMode::read)), "secret");
  EXPECT_TRUE(*files_.is_current("file"));
  EXPECT_FALSE(*with_both.is_current("file"));
}

TEST(KeyRing, SaysWhereAKeyFileIsWrong) {
  EXPECT_EQ(KeyRing::parse("", "k").error().what, "k: holds no key");
  const auto bad = KeyRing::parse("# one\n\n0011\n", "k");
  ASSERT_FALSE(bad);
  EXPECT_TRUE(bad.error().what.starts_with("k:3: ")) << bad.error().what;
  EXPECT_EQ(bad.error().what.find("0011"), std::string::npos);
}

// RFC 5869 has no vector of this length; this one comes from `openssl kdf -keylen 32 -kdfopt
// digest:SHA256 -kdfopt hexkey:00…1f -kdfopt hexsalt:00…0f -kdfopt info:"logmill file" HKDF`.
TEST(KeyRing, DerivesAsDocumented) {
  Salt salt;
  for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::uint8_t>(i);
  constexpr KeyBytes kExpected = {0xec, 0x5b, 0x58, 0x65, 0x13, 0x2e, 0xce, 0x72, 0x1a, 0x09, 0x19, 0x4d, 0x73, 0xc4, 0xea, 0xb3,
                                  0x5a, 0x4f, 0xeb, 0xc5, 0xd9, 0x02, 0x7e, 0xd8, 0x79, 0x93, 0xf0, 0x68, 0x14, 0xc4, 0x0a, 0x3b};
  EXPECT_EQ(derive(ring(kFirst).first().bytes, salt, "logmill file"), kExpected);
}

}  // namespace
}  // namespace logmill::crypt
