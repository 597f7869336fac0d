// A connection straight over a socket, for the schemes without encryption.
#pragma once

#include <utility>

#include "transport/transport.h"

namespace logmill::transport {

inline constexpr int kIdlePeerMs = 60'000;  // a client that vanished must not hold its place for ever

class SocketConnection : public Connection {
 public:
  SocketConnection(sys::Fd fd, std::string peer, TransportSpec::Carries carries)
      : fd_(std::move(fd)), peer_(std::move(peer)), carries_(carries) {}
  int fd() const override { return fd_.get(); }
  base::Result<IoProgress> read(char* to, std::size_t size) override;
  base::Result<IoProgress> write(std::string_view bytes) override;
  const std::string& peer() const override { return peer_; }
  bool datagrams() const override { return carries_ == TransportSpec::Carries::datagrams; }

 private:
  sys::Fd fd_;
  std::string peer_;
  TransportSpec::Carries carries_;
};

class DatagramListener : public Listener {
 public:
  DatagramListener(sys::Fd fd, std::string address, std::size_t bytes_max)
      : fd_(std::move(fd)), address_(std::move(address)), reader_(fd_.get(), bytes_max) {}
  int fd() const override { return fd_.get(); }
  std::string address() const override { return address_; }
  base::Result<std::unique_ptr<Connection>> accept() override { return std::unique_ptr<Connection>(); }
  sys::DatagramReader* datagrams() override { return &reader_; }

 private:
  sys::Fd fd_;
  std::string address_;
  sys::DatagramReader reader_;
};

}  // namespace logmill::transport
