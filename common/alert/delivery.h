// Delivers what the state holds: of each action one after the other, in order, again until it is done or given up.
#pragma once

#include <optional>

#include "alert/engine.h"
#include "alert/receipt.h"
#include "base/clock.h"

namespace logmill::alert {

// Thread-compatible.
class Delivery {
 public:
  // All must outlive it. With a receipt each delivery is a process of its own, of which the next program hears; none: who is killed
  // meanwhile delivers again.
  Delivery(const Rules& rules, StateFile& state, const base::Clock& clock, const ActionIo& io, base::Reporter& reporter,
           std::optional<Receipt> receipt = std::nullopt)
      : rules_(rules), state_(state), clock_(clock), io_(io), reporter_(reporter), receipt_(std::move(receipt)), settled_(!receipt_) {}
  void call_at_steps(AtStep at_step) { at_step_ = std::move(at_step); }

  // All that is due. Fails if the state cannot be written, or nobody reads standard output any more.
  base::Status deliver_due();
  std::uint64_t delivered() const { return delivered_; }
  std::uint64_t failures() const { return failures_; }

 private:
  // What somebody has begun to deliver who was killed then. False: it is still under way.
  base::Result<bool> settle();
  // Whether there may be more.
  base::Result<bool> deliver_next(const Action& action);
  base::Status put_off(const Action& action, const Outgoing& outgoing, const base::Error& error);
  void step(std::string_view name) const {
    if (at_step_) at_step_(name);
  }

  const Rules& rules_;
  StateFile& state_;
  const base::Clock& clock_;
  const ActionIo& io_;
  base::Reporter& reporter_;
  std::optional<Receipt> receipt_;
  bool settled_;
  AtStep at_step_;
  std::uint64_t delivered_ = 0, failures_ = 0;
};

}  // namespace logmill::alert
