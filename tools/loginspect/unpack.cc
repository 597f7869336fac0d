#include "loginspect/unpack.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "codec/inflate.h"

namespace logmill::loginspect {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kReadBytes = 256 << 10;
// Bytes that look like a beginning are one if so much behind them decompresses.
constexpr std::size_t kTrialBytes = 64 << 10;
constexpr std::size_t kMagicBytes = 8;

// Stricter than codec::detect_container, which need not tell a beginning from any bytes whatever.
bool begins_member(codec::Container container, std::string_view bytes) {
  switch (container) {
    case codec::Container::gzip: return bytes.starts_with("\x1f\x8b\x08"sv) && (static_cast<unsigned char>(bytes[3]) & 0xe0) == 0;
    case codec::Container::bzip2: return bytes.starts_with("BZh"sv) && bytes.substr(4).starts_with("1AY&"sv);
    case codec::Container::zstd:
      // A skippable frame, too.
      return bytes.starts_with("\x28\xb5\x2f\xfd"sv) ||
             (bytes.substr(1).starts_with("\x2a\x4d\x18"sv) && (static_cast<unsigned char>(bytes[0]) & 0xf0) == 0x50);
    default: return codec::detect_container(bytes) == container;
  }
}

class Unpacking {
 public:
  Unpacking(const sys::File& file, codec::Container container, const sys::Stop& stop, const Write& use, const OnDamage& damaged)
      : file_(file), container_(container), stop_(stop), use_(use), damaged_(damaged) {}

  base::Result<Unpacked> run() {
    LOGMILL_RETURN_IF_ERROR(container_ == codec::Container::none ? copy() : inflate());
    return result_;
  }

 private:
  base::Status copy() {
    while (!stop_.requested()) {
      LOGMILL_RETURN_IF_ERROR(fetch());
      if (in_.empty()) break;
      result_.bytes += in_.size();
      LOGMILL_RETURN_IF_ERROR(use_(in_));
      in_ = {};
    }
    return {};
  }

  base::Status inflate() {
    std::string out(kReadBytes, '\0');
    inflater_ = codec::make_inflater(container_);
    bool more = false;  // of output, without more input
    while (!stop_.requested()) {
      if (in_.empty() && !more) LOGMILL_RETURN_IF_ERROR(fetch());
      if (in_.empty() && !more) return inflater_->complete() ? base::Status() : report_cut();
      const std::size_t before = in_.size();
      const auto written = inflater_->inflate_member(in_, out);
      const bool stuck = written && *written == 0 && in_.size() == before && before > 0;
      if (!written || stuck) {
        LOGMILL_ASSIGN_OR_RETURN(const bool goes_on, skip_damage());
        if (!goes_on) return {};
        more = false;
        continue;
      }
      result_.bytes += *written;
      if (*written > 0) LOGMILL_RETURN_IF_ERROR(use_(std::string_view(out).substr(0, *written)));
      more = *written == out.size();
      if (!inflater_->complete()) continue;
      ++result_.members;
      result_.last_member = member_start_;
      member_start_ = position();
      more = false;
    }
    return {};
  }

  // Of the next byte that was not taken.
  std::uint64_t position() const { return read_to_ - in_.size(); }

  base::Status fetch() {
    buffer_.resize(kReadBytes);
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file_.read_at(read_to_, buffer_.data(), buffer_.size()));
    read_to_ += got;
    in_ = std::string_view(buffer_).substr(0, got);
    return {};
  }

  std::string name() const { return std::string(codec::container_name(container_)); }

  base::Status report(std::uint64_t offset, std::string what) {
    ++result_.damages;
    return damaged_({offset, std::move(what)});
  }

  base::Status report_cut() {
    return report(position(), name() + " data end too early, at byte " + std::to_string(position()) + "; " + std::to_string(result_.bytes) +
                                  " bytes can be read");
  }

  // False if nothing behind it can be read.
  base::Result<bool> skip_damage() {
    const std::uint64_t place = position();
    LOGMILL_ASSIGN_OR_RETURN(const auto next, find_member(member_start_ + 1));
    std::string what =
        "damaged " + name() + " data at byte " + std::to_string(place) + ", in what begins at byte " + std::to_string(member_start_);
    what += next ? "; goes on at byte " + std::to_string(*next)
                 : "; " + std::to_string(result_.bytes) + " bytes before it can be read, nothing behind it";
    LOGMILL_RETURN_IF_ERROR(report(place, std::move(what)));
    if (!next) return false;
    inflater_ = codec::make_inflater(container_);
    member_start_ = read_to_ = *next;
    in_ = {};
    return true;
  }

  base::Result<std::optional<std::uint64_t>> find_member(std::uint64_t from) {
    std::string piece(kReadBytes, '\0');
    while (!stop_.requested()) {
      LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file_.read_at(from, piece.data(), piece.size()));
      if (got < kMagicBytes) break;
      const std::string_view bytes(piece.data(), got);
      for (std::size_t i = 0; i + kMagicBytes <= got; ++i)
        if (begins_member(container_, bytes.substr(i)) && try_member(from + i)) return std::optional(from + i);
      from += got - kMagicBytes + 1;
    }
    return std::optional<std::uint64_t>();
  }

  // Whether it decompresses, as far as it is looked at.
  bool try_member(std::uint64_t start) const {
    std::string in(kReadBytes, '\0'), out(kTrialBytes, '\0');
    const auto got = file_.read_at(start, in.data(), in.size());
    if (!got) return false;
    const auto inflater = codec::make_inflater(container_);
    std::string_view rest = std::string_view(in).substr(0, *got);
    for (std::size_t total = 0; total < kTrialBytes;) {
      const std::size_t before = rest.size();
      const auto written = inflater->inflate_member(rest, out);
      if (!written) return false;
      if (inflater->complete()) return true;
      if (rest.size() == before && *written == 0) return *got == in.size();
      total += *written;
    }
    return true;
  }

  const sys::File& file_;
  const codec::Container container_;
  const sys::Stop& stop_;
  const Write& use_;
  const OnDamage& damaged_;
  std::unique_ptr<codec::Inflater> inflater_;
  std::string buffer_;
  std::string_view in_;        // of buffer_: not taken yet
  std::uint64_t read_to_ = 0;  // in the file
  std::uint64_t member_start_ = 0;
  Unpacked result_;
};

}  // namespace

base::Result<Unpacked> unpack(const sys::File& file, codec::Container container, const sys::Stop& stop, const Write& use,
                              const OnDamage& damaged) {
  return Unpacking(file, container, stop, use, damaged).run();
}

}  // namespace logmill::loginspect
