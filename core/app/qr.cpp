#include "app/qr.hpp"

#include <qrencode.h>

#include <memory>
#include <stdexcept>

namespace noren::app {

std::string qr_svg(const std::string& text) {
    constexpr int quiet_zone = 4;  // ISO/IEC 18004
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M),
                                                               &QRcode_free);
    if (!code) throw std::runtime_error("the text does not fit into a QR code");
    const auto size = std::to_string(code->width + 2 * quiet_zone);
    std::string squares;
    for (int y = 0; y < code->width; ++y) {
        for (int x = 0; x < code->width; ++x) {
            if ((code->data[y * code->width + x] & 1) == 0) continue;
            squares += "M" + std::to_string(x + quiet_zone) + " " + std::to_string(y + quiet_zone) + "h1v1h-1z";
        }
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size +
           "\" shape-rendering=\"crispEdges\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"" +
           squares + "\"/></svg>\n";
}

}  // namespace noren::app
