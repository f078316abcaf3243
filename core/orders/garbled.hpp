// Text that lost its letters on the way here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orders/orders.hpp"

namespace noren::orders {

/// True for text that was read in a wrong encoding or lost characters: a replacement character, two question marks on
/// end, UTF-8 read as Latin-1 (`Ã¤`, `â€™`), or no letter or digit at all. Empty text is not garbled.
bool looks_garbled(std::string_view text);

/// Which of `name`, `street`, `city`, `region` look garbled.
std::vector<std::string> garbled_parts(const Contact& contact);

}  // namespace noren::orders
