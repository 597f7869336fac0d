// Which keys a block has, and which a query looks for. docs/formats/index.md, "Keys".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/key_set.h"
#include "record/severity.h"
#include "record/value.h"

namespace logmill::index {

// Of a token as text::for_each_token gives it.
std::uint64_t token_key(std::string_view token);

// Of the whole value of a text field, in any letter case; nullopt if such values are not keyed as
// wholes. Then the tokens are all there is.
std::optional<std::uint64_t> whole_value_key(std::string_view field, std::string_view value);

// The key that a block has if it holds `amount` as a decimal or real; nullopt if such an amount has
// no key of its own. Of an integer the key is the token of its digits.
std::optional<std::uint64_t> amount_key(double amount);
// The one of all amounts from 2^53 on, where doubles cannot tell neighbours apart.
std::uint64_t inexact_amount_key();

// Collects the keys of one block after another.
class BlockKeys {
 public:
  void add(std::string_view field, const record::Value& value);
  void add(record::Severity level);
  // The keys of the block; what follows belongs to the next one.
  std::vector<std::uint64_t> take() { return keys_.take(); }

 private:
  void add_tokens(std::string_view text);

  KeySet keys_;
  std::string plain_;  // scratch
};

}  // namespace logmill::index
