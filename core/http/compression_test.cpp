// What is sent compressed, to whom, and that it is the same when it is unpacked.
#include "http/compression.hpp"

#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace noren::http {
namespace {

const std::string page(5000, 'x');

std::string unzipped(std::string_view bytes) {
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string out(1 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

Request accepting(const std::string& codings) {
    Request request;
    if (!codings.empty()) request.fields.add("Accept-Encoding", codings);
    return request;
}

TEST(Compression, ReadsWhatAClientTakes) {
    for (const auto* list : {"gzip", "br, gzip", "GZIP;q=0.5", "*", "deflate , gzip ; q=1.0"}) {
        EXPECT_TRUE(accepts_coding(list, "gzip")) << list;
    }
    for (const auto* list : {"", "br", "gzip;q=0", "gzip;q=0.000, br", "*;q=0", "gzip;q=0, *", "xgzip", "identity"}) {
        EXPECT_FALSE(accepts_coding(list, "gzip")) << list;
    }
}

TEST(Compression, SendsTextSmallToWhoTakesIt) {
    auto response = html(200, page);
    compress(accepting("gzip, br"), response);
    EXPECT_EQ(response.headers().one("Content-Encoding"), "gzip");
    EXPECT_EQ(response.headers().one("Vary"), "Accept-Encoding");
    EXPECT_LT(response.body().size(), 200U);
    EXPECT_EQ(unzipped(response.body()), page);
    EXPECT_EQ(response.headers().one("Content-Type"), "text/html; charset=utf-8");

    auto plain = html(200, page);
    compress(accepting(""), plain);
    EXPECT_EQ(plain.body(), page);
    EXPECT_EQ(plain.headers().one("Vary"), "Accept-Encoding") << "a cache must not give it to others";
}

TEST(Compression, LeavesAloneWhatGainsNothing) {
    Response picture(200);
    picture.set_body(page, "image/png");
    auto little = html(200, "little");
    Response packed(200);
    packed.set_body(page, "text/css");
    packed.set_header("Content-Encoding", "br");
    for (auto* response : {&picture, &little, &packed}) {
        const std::string before(response->body());
        compress(accepting("gzip"), *response);
        EXPECT_EQ(response->body(), before);
    }
}

TEST(Compression, MakesAStrongTagWeak) {
    auto response = with_etag(accepting("gzip"), html(200, page));
    const auto tag = std::string(response.headers().one("ETag").value());
    compress(accepting("gzip"), response);
    EXPECT_EQ(response.headers().one("ETag"), "W/" + tag);
}

TEST(Compression, PacksFilesOnceForEveryone) {
    const PackedBody packed(page, "text/css");
    EXPECT_EQ(packed.serve(accepting("")).body(), page);
    EXPECT_EQ(unzipped(packed.serve(accepting("gzip")).body()), page);
    const auto best = packed.serve(accepting("gzip, deflate, br"));
    EXPECT_EQ(best.headers().one("Content-Encoding"), "br");
    std::string out(page.size(), '\0');
    auto size = out.size();
    EXPECT_EQ(BrotliDecoderDecompress(best.body().size(), reinterpret_cast<const std::uint8_t*>(best.body().data()),
                                      &size, reinterpret_cast<std::uint8_t*>(out.data())),
              BROTLI_DECODER_RESULT_SUCCESS);
    EXPECT_EQ(out, page);
    EXPECT_EQ(PackedBody(page, "image/png").serve(accepting("br")).body(), page);
}

}  // namespace
}  // namespace noren::http
