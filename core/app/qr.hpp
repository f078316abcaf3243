// QR codes, for authenticators to read.
#pragma once

#include <string>

namespace noren::app {

/// `text` as a QR code in an SVG picture with the quiet zone that readers need. Throws std::runtime_error when it is
/// too long for one (2,953 bytes).
std::string qr_svg(const std::string& text);

}  // namespace noren::app
