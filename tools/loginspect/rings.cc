#include "loginspect/rings.h"

#include "loginspect/table.h"
#include "text/json_writer.h"
#include "text/units.h"
#include "transport/ring_survey.h"

namespace logmill::loginspect {
namespace {

using transport::RingName;
using transport::RingState;

base::Result<std::vector<RingName>> wanted_rings(const std::vector<std::string>& paths) {
  if (paths.empty()) return transport::list_rings();
  std::vector<RingName> names;
  for (const std::string& path : paths) {
    LOGMILL_ASSIGN_OR_RETURN(names.emplace_back(), transport::parse_ring_address(path.starts_with("ring:") ? path : "ring:" + path));
  }
  return names;
}

const char* writer_of(const RingState& state) {
  if (state.has_writer) return "writing";
  if (state.ended) return "ended";
  return state.of_an_earlier_boot ? "gone, earlier boot" : "gone";
}

std::string readers_of(const RingState& state) {
  std::string text = std::to_string(state.readers);
  if (state.places_kept > 0) text += " (+" + std::to_string(state.places_kept) + " gone)";
  return text;
}

const char* when_full(const RingState& state) { return state.overwrites ? "overwrite" : "wait"; }

std::string json_of(const RingName& name, const RingState& state) {
  std::string line = "{\"ring\":";
  text::append_json_string(line, name.address());
  line += ",\"capacity\":" + std::to_string(state.capacity) + ",\"waiting\":" + std::to_string(state.waiting) + ",\"when_full\":\"" +
          when_full(state) + "\",\"overwritten\":" + std::to_string(state.overwritten) + ",\"writer\":\"" +
          (state.has_writer ? "writing"
           : state.ended    ? "ended"
                            : "gone") +
          "\",\"readers\":" + std::to_string(state.readers) + ",\"places_kept\":" + std::to_string(state.places_kept) +
          ",\"of_an_earlier_boot\":" + (state.of_an_earlier_boot ? "true" : "false") + "}\n";
  return line;
}

}  // namespace

base::Result<std::string> answer_about_rings(const Options& options, cli::Io& io, std::uint64_t& unreachable) {
  LOGMILL_ASSIGN_OR_RETURN(const auto names, wanted_rings(options.paths));
  std::string out;
  using Align = Table::Align;
  Table table({{"SIZE", Align::right},
               {"WAITING", Align::right},
               {"FULL", Align::left},
               {"OVERWRITTEN", Align::right},
               {"WRITER", Align::left},
               {"READERS", Align::left},
               {"RING", Align::left}},
              {.color = io.color, .terminal = io.out_is_terminal});
  for (const RingName& name : names) {
    if (options.remove) {
      if (const auto removed = transport::remove_ring(name); !removed) {
        io.reporter.warn("ring", removed.error().what);
        ++unreachable;
      }
      continue;
    }
    const auto state = transport::survey_ring(name);
    if (!state) {
      io.reporter.warn("ring", state.error().what);
      ++unreachable;
    } else if (options.json) {
      out += json_of(name, *state);
    } else {
      table.add({{short_size(state->capacity)},
                 {short_size(state->waiting)},
                 {when_full(*state)},
                 {short_size(state->overwritten)},
                 {writer_of(*state)},
                 {readers_of(*state)},
                 {name.address()}});
    }
  }
  return options.json || options.remove || names.size() == unreachable ? out : table.text();
}

}  // namespace logmill::loginspect
