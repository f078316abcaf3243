#include "http/compression.hpp"

#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>
#include <stdexcept>

#include "http/text.hpp"

namespace noren::http {
namespace {

constexpr std::size_t worth_it = 1024;  // less fits into one packet anyway
constexpr int quick = 1;
constexpr int gzip_window = 15 + 16;  // zlib's way to say gzip

bool is_text(std::string_view media_type) {
    media_type = media_type.substr(0, media_type.find(';'));
    return media_type.starts_with("text/") || media_type == "application/json" || media_type.ends_with("+json") ||
           media_type.ends_with("+xml") || media_type.ends_with("/xml");
}

/// A member of the list without its weight, and whether the weight is more than 0.
struct Member {
    std::string_view coding;
    bool is_taken = true;
};

Member member_of(std::string_view text) {
    const auto semicolon = text.find(';');
    Member member{trimmed(text.substr(0, semicolon)), true};
    if (semicolon == text.npos) return member;
    const auto weight = trimmed(text.substr(semicolon + 1));
    const bool is_zero = weight.size() >= 3 && (weight[0] == 'q' || weight[0] == 'Q') && weight[1] == '=' &&
                         weight.substr(2).find_first_not_of("0.") == weight.npos;
    member.is_taken = !is_zero;
    return member;
}

/// One encoder a thread and level: making one takes longer than a page does.
class Deflater {
public:
    explicit Deflater(int level) {
        if (deflateInit2(&stream_, level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
            throw std::bad_alloc();
        }
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    std::string operator()(std::string_view bytes) {
        deflateReset(&stream_);
        std::string out(deflateBound(&stream_, bytes.size()), '\0');
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) throw std::logic_error("zlib's bound was no bound");
        out.resize(out.size() - stream_.avail_out);
        return out;
    }

private:
    z_stream stream_{};
};

}  // namespace

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
    bool by_name = false;
    bool is_named = false;
    bool by_star = false;
    for_each_member(accept_encoding, [&](std::string_view text) {
        const auto member = member_of(text);
        if (same_ignoring_case(member.coding, coding)) {
            is_named = true;
            by_name = member.is_taken;
        } else if (member.coding == "*") {
            by_star = member.is_taken;
        }
    });
    return is_named ? by_name : by_star;
}

std::string gzipped(std::string_view bytes, int level) {
    if (level != quick) return Deflater(level)(bytes);
    thread_local Deflater deflater(quick);
    return deflater(bytes);
}

std::string brotlied(std::string_view bytes) {
    std::string out(BrotliEncoderMaxCompressedSize(bytes.size()), '\0');
    auto size = out.size();
    if (BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_TEXT, bytes.size(),
                              reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                              reinterpret_cast<std::uint8_t*>(out.data())) != BROTLI_TRUE) {
        throw std::runtime_error("brotli cannot compress");
    }
    out.resize(size);
    return out;
}

void compress(const Request& request, Response& response) {
    const auto type = response.headers().one("Content-Type");
    if (response.body().size() < worth_it || !type || !is_text(*type)) return;
    if (response.headers().has("Content-Encoding") || response.headers().has("Content-Range")) return;
    response.set_default_header("Vary", "Accept-Encoding");
    bool is_taken = false;
    for (const auto line : request.fields.all("Accept-Encoding")) is_taken = is_taken || accepts_coding(line, "gzip");
    if (!is_taken) return;
    const std::string media_type(*type);
    if (const auto tag = response.headers().one("ETag"); tag && !tag->starts_with("W/")) {
        response.set_header("ETag", "W/" + std::string(*tag));  // other bytes, the same content
    }
    response.set_body(gzipped(response.body(), quick), media_type);
    response.set_header("Content-Encoding", "gzip");
}

PackedBody::PackedBody(std::string bytes, std::string media_type) : media_type_(std::move(media_type)) {
    const auto keep = [this](const char* coding, std::string form) {
        forms_.push_back({coding, std::make_shared<const std::string>(std::move(form))});
    };
    if (is_text(media_type_) && bytes.size() >= worth_it) {
        keep("br", brotlied(bytes));
        keep("gzip", gzipped(bytes, 9));
    }
    keep("", std::move(bytes));
}

Response PackedBody::serve(const Request& request) const {
    const auto lines = request.fields.all("Accept-Encoding");
    const auto taken = std::find_if(forms_.begin(), forms_.end(), [&](const Form& form) {
        return form.coding.empty() || std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
                   return accepts_coding(line, form.coding);
               });
    });
    Response response(200);
    response.set_body(taken->bytes, media_type_);
    if (forms_.size() > 1) response.set_header("Vary", "Accept-Encoding");
    if (!taken->coding.empty()) response.set_header("Content-Encoding", taken->coding);
    return response;
}

}  // namespace noren::http
