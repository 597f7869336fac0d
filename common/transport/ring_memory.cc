#include "transport/ring_memory.h"

#include <boost/interprocess/file_mapping.hpp>
#include <boost/interprocess/mapped_region.hpp>
#include <boost/interprocess/shared_memory_object.hpp>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <variant>

#include "sys/fd.h"
#include "sys/entropy.h"
#include "text/units.h"

namespace logmill::transport {
namespace {

namespace ipc = boost::interprocess;

constexpr std::string_view kScheme = "ring:";
constexpr std::string_view kSizeMark = "?size=";
constexpr std::string_view kOverwriteMark = "?full=overwrite";
constexpr std::size_t kNameBytesMax = 200;  // a file name has 255, and we put a prefix before it

bool plain_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax || name.front() == '.') return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

std::string shared_memory_name(const RingName& name) { return "logmill." + name.name; }

base::Error error_from(const ipc::interprocess_exception& exception, const RingName& name) {
  return sys::error_from_errno(exception.get_native_error(), name.address());
}

}  // namespace

struct RingMemory::State {
  RingName name;
  std::variant<ipc::shared_memory_object, ipc::file_mapping> object;
  ipc::mapped_region region;

  int fd() const {
    return std::visit([](const auto& held) { return held.get_mapping_handle().handle; }, object);
  }
};

bool is_ring_address(std::string_view address) { return address.starts_with(kScheme); }

base::Result<RingName> parse_ring_address(std::string_view address) {
  const auto invalid = [&](std::string_view why) {
    return base::Error{base::ErrorCode::invalid, "\"" + std::string(address) + "\": " + std::string(why)};
  };
  if (!is_ring_address(address)) return invalid("not ring:NAME or ring:/path");
  std::string_view name = address.substr(kScheme.size());
  std::uint64_t bytes = kRingBytesDefault;
  const RingFull full = name.ends_with(kOverwriteMark) ? RingFull::overwrite : RingFull::wait;
  if (full == RingFull::overwrite) name.remove_suffix(kOverwriteMark.size());
  if (const std::size_t at = name.rfind(kSizeMark); at != name.npos) {
    const auto size = text::parse_size(name.substr(at + kSizeMark.size()));
    if (!size || *size < kRingBytesMin || *size > kRingBytesMax) return invalid("a ring has from 4KiB to 64GiB");
    bytes = *size;
    name = name.substr(0, at);
  }
  const bool is_file = name.starts_with('/');
  if (!is_file && !plain_name(name)) return invalid("a ring's name has letters, digits, '.', '_' and '-'; a path begins with '/'");
  return RingName{std::string(name), is_file, bytes, full};
}

RingMemory::RingMemory(std::unique_ptr<State> state) : state_(std::move(state)) {}
RingMemory::~RingMemory() = default;
int RingMemory::fd() const { return state_->fd(); }

base::Result<std::unique_ptr<RingMemory>> RingMemory::open(const RingName& name) {
  auto state = std::make_unique<State>();
  state->name = name;
  try {
    if (name.is_file)
      state->object = ipc::file_mapping(name.name.c_str(), ipc::read_write);
    else
      state->object = ipc::shared_memory_object(ipc::open_only, shared_memory_name(name).c_str(), ipc::read_write);
  } catch (const ipc::interprocess_exception& exception) {
    return error_from(exception, name);
  }
  // Boost opens files without it.
  ::fcntl(state->fd(), F_SETFD, FD_CLOEXEC);
  return std::unique_ptr<RingMemory>(new RingMemory(std::move(state)));
}

base::Result<std::unique_ptr<RingMemory>> RingMemory::open_or_create(const RingName& name) {
  constexpr mode_t kOwnerOnly = 0600;
  if (name.is_file) {
    const sys::Fd made(::open(name.name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly));
    if (!made.valid()) return sys::error_from_errno(errno, name.address());
  } else {
    try {
      const ipc::shared_memory_object made(ipc::open_or_create, shared_memory_name(name).c_str(), ipc::read_write,
                                           ipc::permissions(kOwnerOnly));
    } catch (const ipc::interprocess_exception& exception) {
      return error_from(exception, name);
    }
  }
  return open(name);
}

base::Status RingMemory::map_bytes(std::uint64_t size) {
  try {
    std::visit([&](const auto& object) { state_->region = ipc::mapped_region(object, ipc::read_write, 0, size); }, state_->object);
  } catch (const ipc::interprocess_exception& exception) {
    return error_from(exception, state_->name);
  }
  header_ = static_cast<RingHeader*>(state_->region.get_address());
  return {};
}

base::Status RingMemory::format(std::uint64_t capacity, RingFull full) {
  const std::uint64_t size = kRingHeaderBytes + capacity;
  // Reserved, not only sized: a full disk must fail here and not kill us while writing (SIGBUS).
  if (const int error = ::posix_fallocate(fd(), 0, static_cast<off_t>(size)); error != 0) {
    [[maybe_unused]] const int undone = ::ftruncate(fd(), 0);
    return sys::error_from_errno(error, state_->name.address() + ": reserving " + std::to_string(size) + " bytes");
  }
  LOGMILL_RETURN_IF_ERROR(map_bytes(size));
  header_->version = kRingVersion;
  header_->flags = (state_->name.is_file ? kRingChecksBytes : 0) | (full == RingFull::overwrite ? kRingOverwrites : 0);
  const auto boot = sys::boot_id();
  std::memcpy(header_->boot, boot.data(), boot.size());
  header_->capacity = capacity;
  header_->magic.store(kRingMagic, std::memory_order_release);
  return {};
}

base::Status RingMemory::map() {
  const std::string address = state_->name.address();
  struct stat info {};
  if (::fstat(fd(), &info) != 0) return sys::error_from_errno(errno, address);
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size == 0) return base::Error{base::ErrorCode::again, address + ": not ready"};
  if (size < kRingHeaderBytes + kRingBytesMin) return base::Error{base::ErrorCode::unsupported, address + ": not a ring"};
  LOGMILL_RETURN_IF_ERROR(map_bytes(size));
  const std::uint64_t magic = header_->magic.load(std::memory_order_acquire);
  if (magic == 0) return base::Error{base::ErrorCode::again, address + ": not ready"};
  if (magic != kRingMagic || header_->version != kRingVersion)
    return base::Error{base::ErrorCode::unsupported, address + ": not a ring, or of another version"};
  if (header_->capacity != size - kRingHeaderBytes || header_->capacity % kRingAlign != 0)
    return base::Error{base::ErrorCode::corrupt, address + ": its size does not match its header"};
  return {};
}

bool RingMemory::linked() const {
  struct stat info {};
  return ::fstat(fd(), &info) == 0 && info.st_nlink > 0;
}

void RingMemory::unlink() {
  if (state_->name.is_file)
    ::unlink(state_->name.name.c_str());
  else
    ipc::shared_memory_object::remove(shared_memory_name(state_->name).c_str());
}

}  // namespace logmill::transport
