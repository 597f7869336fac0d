#include "multiline/joiner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace logmill::multiline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kBytesMax = 1 << 20;

Joiner joiner(std::string_view rule) {
  auto parsed = Joiner::parse(rule);
  EXPECT_TRUE(parsed) << rule;
  return *std::move(parsed);
}

std::vector<std::string> events(const Joiner& rule, std::string_view text, std::size_t bytes_max = kBytesMax) {
  std::vector<std::string> all;
  Joiner::Progress progress;
  while (const auto event = rule.next(text, More::none, bytes_max, progress)) {
    all.emplace_back(event->text);
    text.remove_prefix(event->size);
  }
  EXPECT_EQ(text, "");
  return all;
}

// Lines of traces as the languages write them, between lines of a log. "=" stands before each line that begins an event.
struct Written {
  const char* rule;
  const char* lines;
};

const Written kWritten[] = {
    {"java", R"(
=12:00:01 INFO started
=12:00:02 ERROR request failed
 java.lang.IllegalStateException: no session
 	at shop.Cart.add(Cart.java:17)
 	at shop.Main.main(Main.java:5)
 Caused by: java.io.IOException: disk full
 	at shop.Disk.write(Disk.java:3)
 	... 2 more
 	Suppressed: java.lang.RuntimeException
 		at shop.Disk.close(Disk.java:9)
=12:00:03 INFO next
=Exception in thread "main" java.lang.RuntimeException: x
 	at shop.Main.main(Main.java:6)
=java.lang.RuntimeException: y
 	at shop.Main.main(Main.java:7)
=java.lang.RuntimeException: z
 	at shop.Main.main(Main.java:8)
=12:00:04 WARN java.lang.Foo is gone
)"},
    {"dotnet", R"(
=fail: Shop.Cart[0]
       An unhandled exception
       System.InvalidOperationException: no session
          at Shop.Cart.Add(Item item) in /src/Cart.cs:line 17
=Unhandled exception. System.AggregateException: One or more errors occurred.
  ---> System.IO.IOException: disk full
    at Shop.Disk.Write()
 --- End of stack trace from previous location ---
    at Shop.Main()
    --- End of inner exception stack trace ---
=info: Shop.Cart[0]
)"},
    {"python", R"(
=ERROR:root:request failed
 Traceback (most recent call last):
   File "/srv/app.py", line 3, in add
     return items[7]
            ~~~~~^^^
 IndexError: list index out of range
 
 During handling of the above exception, another exception occurred:
 
 Traceback (most recent call last):
   File "/srv/app.py", line 9, in <module>
     add()
 shop.errors.CartError: no cart
=Traceback (most recent call last):
   File "/srv/app.py", line 1, in <module>
 KeyboardInterrupt
=INFO:root:last
)"},
    {"go", R"(
=2026/11/21 12:00:00 http: panic serving 10.0.0.7:1234: no session
 goroutine 34 [running]:
 net/http.(*conn).serve.func1()
 	/usr/lib/go/src/net/http/server.go:1850 +0xbf
 panic({0x6562e0, 0x71f0b0})
 	/usr/lib/go/src/runtime/panic.go:890 +0x262
 created by net/http.(*Server).Serve in goroutine 1
 	/usr/lib/go/src/net/http/server.go:3086 +0x5cb
=2026/11/21 12:00:01 listening (again)
=panic: runtime error: invalid memory address [recovered]
 	panic: runtime error: again
 [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x47a0e2]
 
 goroutine 1 [running]:
 main.main()
 	/srv/main.go:7 +0x22
 
 goroutine 5 [chan receive, 3 minutes]:
 main.wait(0xc000012345)
 	/srv/main.go:9 +0x11
 exit status 2
=2026/11/21 12:00:02 started
)"},
    {"node", R"(
=TypeError: Cannot read properties of undefined (reading 'id')
     at add (/srv/cart.js:3:11)
     at Object.<anonymous> (/srv/app.js:9:1) {
   code: 'ERR_CART'
 }
=listening on 8081
=/srv/app.js:9
         throw new Error('no cart')
         ^
 
 Error: no cart
     at Object.<anonymous> (/srv/app.js:9:9)
 
 Node.js v20.11.0
=request failed
 Error: no cart
     at add (/srv/cart.js:3:11)
=done
)"},
    {"ruby", R"(
=E, [2026-11-21] ERROR -- : no cart (CartError)
 app/models/cart.rb:7:in `add'
 app/controllers/cart_controller.rb:3:in 'Cart#create'
=I, [2026-11-21] INFO -- : next
=app.rb:2:in `add': no cart (RuntimeError)
 	from app.rb:5:in `<main>'
=app.rb:2:in `add': no cart (RuntimeError)
 	from app.rb:6:in `<main>'
)"},
    {"php", R"(
=PHP Fatal error:  Uncaught Exception: no cart in /srv/cart.php:3
 Stack trace:
 #0 /srv/app.php(9): add()
 #1 {main}
   thrown in /srv/cart.php on line 3
=[21-Nov-2026 12:00:00 UTC] next
)"},
    {"rust", R"(
=INFO started
=thread 'main' panicked at src/main.rs:3:5:
 no cart
 stack backtrace:
    0: rust_begin_unwind
              at /rustc/library/std/src/panicking.rs:645:5
 note: run with `RUST_BACKTRACE=full` for a verbose backtrace.
=INFO next
)"},
    {"indent", R"(
=12:00:01 one
   two
 	three
=12:00:02 four
=
=12:00:03 five
)"},
};

class Traces : public testing::TestWithParam<Written> {};

// The text without its marks, and its events.
std::pair<std::string, std::vector<std::string>> read(std::string_view lines) {
  std::string text;
  std::vector<std::string> all;
  lines.remove_prefix(1);
  while (!lines.empty()) {
    const std::string line(lines.substr(1, lines.find('\n') - 1));
    if (lines[0] == '=')
      all.push_back(line);
    else
      all.back() += "\n" + line;
    text += line + "\n";
    lines.remove_prefix(line.size() + 2);
  }
  return {text, all};
}

TEST_P(Traces, AreOneEventWithWhatAnnouncesThem) {
  const auto [text, expected] = read(GetParam().lines);
  EXPECT_EQ(events(joiner(GetParam().rule), text), expected);
  EXPECT_EQ(events(joiner("auto"), text), expected);
}

TEST_P(Traces, AreTheSameWhereverTheReadingStops) {
  const auto [text, expected] = read(GetParam().lines);
  const Joiner rule = joiner(GetParam().rule);
  std::vector<std::string> all;
  Joiner::Progress progress;
  std::size_t at = 0;
  for (std::size_t there = 0; there <= text.size(); ++there)
    while (const auto event = rule.next(std::string_view(text).substr(at, there - at), More::expected, kBytesMax, progress)) {
      all.emplace_back(event->text);
      at += event->size;
    }
  if (const auto last = rule.next(std::string_view(text).substr(at), More::none, kBytesMax, progress)) all.emplace_back(last->text);
  EXPECT_EQ(all, expected);
}

INSTANTIATE_TEST_SUITE_P(Of, Traces, testing::ValuesIn(kWritten), [](const auto& written) { return written.param.rule; });

TEST(Joiner, ATraceGoesOnWithTheLineBeforeItUnlessThatSaysThatAllIsWell) {
  EXPECT_THAT(events(joiner("python"), "startup: bad\nTraceback (most recent call last):\n  File\nKeyError: 7\nnext\n"),
              ElementsAre("startup: bad\nTraceback (most recent call last):\n  File\nKeyError: 7", "next"));
  EXPECT_EQ(events(joiner("auto"), "INFO started\nTraceback (most recent call last):\n  File\nKeyError: 7\n").size(), 2u);
}

TEST(Joiner, PrettyPrintedObjectsAreEvents) {
  EXPECT_THAT(events(joiner("auto"), "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n"), ElementsAre("{\n  \"a\": 1\n}", "{\n  \"a\": 2\n}"));
}

TEST(Joiner, ExpressionsSayWhereEventsBeginGoOnOrEnd) {
  EXPECT_THAT(events(joiner("start:^\\d\\d:"), "stray\n12: a\nb\nc\n13: d\n"), ElementsAre("stray", "12: a\nb\nc", "13: d"));
  EXPECT_THAT(events(joiner("continue:^> "), "a\n> b\nc\n> d\n> e\n"), ElementsAre("a\n> b", "c\n> d\n> e"));
  EXPECT_THAT(events(joiner("end:;$"), "a\nb;\nc;\nd"), ElementsAre("a\nb;", "c;", "d"));
}

TEST(Joiner, WaitsForTheNextLineUntilNoneIsExpected) {
  const Joiner rule = joiner("indent");
  Joiner::Progress progress;
  EXPECT_FALSE(rule.next("a\n b\n", More::expected, kBytesMax, progress));
  EXPECT_FALSE(rule.next("a\n b\nc", More::expected, kBytesMax, progress)) << "c may become a line that goes on";
  const auto paused = rule.next("a\n b\nc", More::paused, kBytesMax, progress);
  ASSERT_TRUE(paused);
  EXPECT_EQ(paused->text, "a\n b");
  EXPECT_EQ(paused->size, 5u);
  EXPECT_FALSE(rule.next("c", More::paused, kBytesMax, progress)) << "not even a line";
  EXPECT_EQ(rule.next("c", More::none, kBytesMax, progress)->text, "c");
}

TEST(Joiner, AnEndThatIsSeenIsNotWaitedFor) {
  Joiner::Progress progress;
  EXPECT_EQ(joiner("end:;$").next("a\nb;\n", More::expected, kBytesMax, progress)->text, "a\nb;");
}

TEST(Joiner, LongEventsAreCutBetweenLinesWhereThatCanBe) {
  const Joiner rule = joiner("indent");
  EXPECT_THAT(events(rule, "abcd\n efg\n hij\nk\n", 10), ElementsAre("abcd\n efg", " hij", "k"));
  EXPECT_THAT(events(rule, "0123456789abc\n", 10), ElementsAre("0123456789", "abc"));
  Joiner::Progress progress;
  EXPECT_FALSE(rule.next("abcd\n efg\n hij\n", More::none, 10, progress)->whole);
  EXPECT_TRUE(rule.next("abcdefghij\n", More::none, 10, progress)->whole);
  EXPECT_TRUE(rule.next(std::string(11, '\n'), More::expected, 9, progress)) << "more than the bound always has an event";
}

TEST(Joiner, NothingIsLostOfAnyBytes) {
  std::mt19937_64 random(std::random_device{}());
  const auto seed = random();
  SCOPED_TRACE(seed);
  random.seed(seed);
  static const char* const kPieces[] = {"\n",
                                        "\r\n",
                                        " ",
                                        "\t",
                                        "Traceback (most recent call last):",
                                        "panic: ",
                                        "goroutine 1 [x]:",
                                        "a.b.Error: ",
                                        "Caused by: ",
                                        "}",
                                        "a",
                                        ":1",
                                        "(",
                                        ")",
                                        "#0",
                                        "\0x",
                                        "thread 'panicked at "};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::uint64_t left = random() % 40; left > 0; --left) text += kPieces[random() % std::size(kPieces)];
    std::string back;
    for (const std::string& event : events(joiner("auto"), text, 1 + random() % 60)) back += event;
    const auto without_newlines = [](std::string s) { return std::erase_if(s, [](char c) { return c == '\n' || c == '\r'; }), s; };
    EXPECT_EQ(without_newlines(back), without_newlines(text));
  }
}

TEST(Joiner, RulesThatAreNoneAreRefused) {
  EXPECT_THAT(Joiner::parse("pyton").error().what, HasSubstr("did you mean 'python'?"));
  EXPECT_THAT(Joiner::parse("").error().what, HasSubstr("auto|indent|java"));
  EXPECT_THAT(Joiner::parse("start:").error().what, HasSubstr("empty"));
  EXPECT_THAT(Joiner::parse("start:(").error().what, HasSubstr("missing )"));
}

}  // namespace
}  // namespace logmill::multiline
