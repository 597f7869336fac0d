// GET /healthz, GET /readyz
#include <array>

#include "logserve/api/endpoint.h"

namespace logmill::logserve {
namespace {

base::Status answer_healthz(Call& call) { return call.response.send(200, "text/plain; charset=utf-8", "ok\n"); }

// Not while the disk is full, or a stop was asked for: then another one may be asked.
base::Status answer_readyz(Call& call) {
  if (call.service.io().stop.requested()) return call.response.send(503, "text/plain; charset=utf-8", "stopping\n");
  if (!call.service.ingester().ready()) return call.response.send(503, "text/plain; charset=utf-8", "the store takes nothing\n");
  return call.response.send(200, "text/plain; charset=utf-8", "ready\n");
}

constexpr std::array<OtherAnswer, 1> kOfReadyz{{{503, "it does not", {kPlainType, "Text"}}}};

}  // namespace

extern constexpr Endpoint kHealthz{.method = "GET",
                                   .path = "/healthz",
                                   .summary = "Whether the program runs.",
                                   .scope = Scope::none,
                                   .answer = answer_healthz,
                                   .gives = {kPlainType, "Text"}};
extern constexpr Endpoint kReadyz{.method = "GET",
                                  .path = "/readyz",
                                  .summary = "Whether it takes records.",
                                  .scope = Scope::none,
                                  .answer = answer_readyz,
                                  .gives = {kPlainType, "Text"},
                                  .others = kOfReadyz};

}  // namespace logmill::logserve
