// Malformed messages over real sockets, one row a vector: each is answered once and safely, the connection is closed,
// and nothing that stands in a body or behind it is ever taken for a request.
#include "http/framing.hpp"

#include <gtest/gtest.h>

#include <set>

#include "http/test_connection.hpp"

namespace noren::http {
namespace {

using namespace noren::http::testing;

struct Vector {
    std::string name;
    std::string bytes;
    std::set<int> statuses;
};

void PrintTo(const Vector& row, std::ostream* out) {
    *out << row.bytes.substr(0, 300);
}

/// What a smuggler hides behind the first message.
const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: shop.test\r\n\r\n";
const std::string host = "Host: shop.test\r\n";

std::string shown(std::string_view bytes) {
    std::string text;
    for (const unsigned char c : bytes.substr(0, 24))
        text += std::isalnum(c) ? std::string(1, static_cast<char>(c)) : "_" + std::to_string(c);
    return text;
}

std::vector<Vector> vectors() {
    std::vector<Vector> rows;
    const auto row = [&](std::string name, std::string bytes, std::set<int> statuses = {400}) {
        rows.push_back({std::move(name), std::move(bytes), std::move(statuses)});
    };
    const auto post = [](const std::string& fields, const std::string& body) {
        return "POST / HTTP/1.1\r\n" + host + fields + "\r\n" + body;
    };
    const auto get = [](const std::string& fields) { return "GET / HTTP/1.1\r\n" + fields + "\r\n" + hidden; };

    // The vectors that Poco's own parser takes.
    row("length_and_chunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden));
    row("chunked_and_length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n" + hidden));
    row("two_lengths_differ", post("Content-Length: 0\r\nContent-Length: 42\r\n", hidden));
    row("two_lengths_agree", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello" + hidden));
    row("bare_line_feeds", "GET / HTTP/1.1\nHost: shop.test\n\n" + hidden);
    row("two_hosts", get("Host: shop.test\r\nHost: other.test\r\n"));
    row("two_equal_hosts", get("Host: shop.test\r\nHost: shop.test\r\n"));
    row("no_host", get(""));
    row("no_host_in_1_0", "GET / HTTP/1.0\r\n\r\n" + hidden);
    row("absolute_target_of_another_host", "GET http://other.test/ HTTP/1.1\r\n" + host + "\r\n" + hidden);
    row("absolute_target", "GET http://shop.test/ HTTP/1.1\r\n" + host + "\r\n" + hidden);
    row("nul_in_field", get(host + std::string("X-A: a\0b\r\n", 10)));
    row("folded_field", get(host + "X-A: a\r\n b\r\n"));
    row("huge_chunk", post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\n" + hidden), {400, 413});
    row("overflowing_chunk", post("Transfer-Encoding: chunked\r\n", "10000000000000005\r\nhello\r\n0\r\n\r\n" + hidden),
        {400, 413});
    row("five_thousand_fields",
        [&] {
            std::string fields = host;
            for (int i = 0; i < 5000; ++i) fields += "A: b\r\n";
            return get(fields);
        }(),
        {431});
    row("hundred_and_one_fields",
        [&] {
            std::string fields = host;
            for (int i = 0; i < 100; ++i) fields += "A: b\r\n";
            return get(fields);
        }(),
        {431});
    row("field_of_200_kb", get(host + "X-A: " + std::string(200'000, 'a') + "\r\n"), {431});
    row("target_of_20_kb", "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", {414});
    row("target_of_9_kb", "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", {414});
    row("body_too_large", post("Content-Length: 65537\r\n", ""), {413});
    row("body_absurdly_large", post("Content-Length: 999999999999999999\r\n", ""), {413});
    row("old_version_without_length", "POST / HTTP/1.0\r\n" + host + "\r\n" + hidden, {411});

    for (const std::string length :
         {"+5", "-5", "-0", "0x5", "5 5", "5, 5", "5,6", "5;", "five", "", " ", "5.0", "5e0", "05x", "\"5\"",
          "18446744073709551621", "99999999999999999999999", "4294967301 ", "\t5\t5"})
        row("length_" + shown(length), post("Content-Length: " + length + "\r\n", "hello" + hidden), {400, 413});
    for (const std::string field :
         {"Content-Length : 5", "Content-Length\t: 5", " Content-Length: 5", "Content-Length", ": 5",
          "Content Length: 5", "Content-Length\x0b: 5", "Content-Length\xa0: 5", "Content-Len\rgth: 5"})
        row("length_field_" + shown(field), post(field + "\r\n", "hello" + hidden));
    for (const std::string coding :
         {"xchunked", "chunked, chunked", "chunked, gzip", "gzip, chunked", "identity", "gzip", "chunked;q=1",
          "\"chunked\"", "'chunked'", "chunked,", ",chunked", "chu\tnked", "chunked identity", "", "x", "trailers",
          "deflate", "compress, chunked"})
        row("coding_" + shown(coding),
            post("Transfer-Encoding: " + coding + "\r\n", "5\r\nhello\r\n0\r\n\r\n" + hidden), {400, 501});
    row("coding_twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden));
    row("coding_twice_differing",
        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n" + hidden));
    row("coding_in_1_0", "POST / HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden);
    row("coding_with_space_before_colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + hidden));
    row("coding_with_vertical_tab", post("Transfer-Encoding:\x0b"
                                         "chunked\r\n",
                                         "0\r\n\r\n" + hidden));
    row("coding_folded", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n" + hidden));
    row("coding_unknown_with_length", post("Transfer-Encoding: cow\r\nContent-Length: 5\r\n", "hello" + hidden),
        {400, 501});

    for (const std::string name : {"",
                                   " ",
                                   "shop.test,other.test",
                                   "shop.test other.test",
                                   "shop.test/",
                                   "shop.test@other.test",
                                   "user@shop.test",
                                   "shop.test:",
                                   "shop.test:80x",
                                   "shop.test:123456",
                                   "shop.test:80:80",
                                   "[::1",
                                   "::1",
                                   "[]",
                                   "[::g]",
                                   "shop.test#",
                                   "shop.test?",
                                   "shop\\test",
                                   "shop%2etest",
                                   "<shop>",
                                   "sh\xc3\xb6p.test",
                                   "\"shop.test\"",
                                   ":80"})
        row("host_" + shown(name), get("Host: " + name + "\r\n"));
    for (const std::string name :
         {"other.test", "shop.test.", "localhost", "SHOP.TEST.evil", "127.0.0.2", "[::1]", "0x7f000001"})
        row("host_unknown_" + shown(name), get("Host: " + name + "\r\n"), {421});
    row("host_with_space_before_colon", get("Host : shop.test\r\n"));
    row("host_folded", get("Host:\r\n shop.test\r\n"));
    row("host_indented", "GET / HTTP/1.1\r\n Host: shop.test\r\n\r\n" + hidden);

    for (const std::string chunks : {"5\nhello\r\n0\r\n\r\n",
                                     "5\r\nhello\n0\r\n\r\n",
                                     "5\r\nhello0\r\n\r\n",
                                     "5\r\nhelloXX0\r\n\r\n",
                                     "-5\r\nhello\r\n0\r\n\r\n",
                                     "+5\r\nhello\r\n0\r\n\r\n",
                                     "0x5\r\nhello\r\n0\r\n\r\n",
                                     " 5\r\nhello\r\n0\r\n\r\n",
                                     "5 \r\nhello\r\n0\r\n\r\n",
                                     "g\r\nhello\r\n0\r\n\r\n",
                                     "\r\nhello\r\n0\r\n\r\n",
                                     "5;a=b\r\nhello\r\n0\r\n\r\n",
                                     "5;\r\nhello\r\n0\r\n\r\n",
                                     "5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n",
                                     "5\r\r\nhello\r\n0\r\n\r\n",
                                     "5;a\nb\r\nhello\r\n0\r\n\r\n",
                                     "5,5\r\nhello\r\n0\r\n\r\n",
                                     "5\r\nhello\r\n0\r\nX: y\n\r\n",
                                     "5\r\nhello\r\n0\r\nno colon\r\n\r\n",
                                     "5\r\nhello\r\n0\r\n folded: x\r\n\r\n",
                                     "5\rhello\r\n0\r\n\r\n",
                                     "7fffffffffffffff\r\nhello",
                                     "00000000000000000000000000000000g\r\n"})
        row("chunks_" + shown(chunks), post("Transfer-Encoding: chunked\r\n", chunks + hidden), {400, 413});
    row("chunk_size_line_too_long",
        post("Transfer-Encoding: chunked\r\n", std::string(10'000, '0') + "5\r\nhello\r\n0\r\n\r\n" + hidden));
    row("chunk_extension_of_100_kb",
        post("Transfer-Encoding: chunked\r\n", "5;a=" + std::string(100'000, 'a') + "\r\n"));
    row("trailers_of_100_kb", post("Transfer-Encoding: chunked\r\n", "0\r\nA: " + std::string(100'000, 'a') + "\r\n"));
    row("chunks_larger_than_taken",
        post("Transfer-Encoding: chunked\r\n", "10001\r\n" + std::string(65'537, 'a') + "\r\n0\r\n\r\n"), {413});

    for (const std::string line :
         {"GET / HTTP/1.1 ",   "GET  / HTTP/1.1",    " GET / HTTP/1.1",  "GET /",          "GET",
          "GET / HTTP/1.1\tx", "GET /a b HTTP/1.1",  "GET\t/\tHTTP/1.1", "GET / http/1.1", "GET / HTTP/2.0",
          "GET / HTTP/9.9",    "GET / HTTP/1.10",    "GET / HTTP/01.1",  "GET / HTTP/1",   "GET / HTCPCP/1.0",
          "G@T / HTTP/1.1",    "GE\x01T / HTTP/1.1", "PRI * HTTP/2.0",   "GET / HTTP/1.2", "\x16\x03\x01\x02"})
        row("line_" + shown(line), line + "\r\n" + host + "\r\n" + hidden, {400});
    for (const std::string method : {"TRACE", "CONNECT", "get", "Post", "PROPFIND", "X", "GETT"})
        row("method_" + method, method + " / HTTP/1.1\r\n" + host + "\r\n" + hidden, {501});
    for (const std::string target :
         {"*",      "shop.test:80", "a",       "?a",     "/#a",     "/%",         "/%4",        "/%zz",
          "/%00",   "/%2",          "/../a",   "/a/..",  "/./a",    "/%2e%2e/a",  "/%2E./a",    "/a%2fb",
          "/a%5cb", "/a\\b",        "/\x80",   "/%80",   "/%c0%ae", "/%ed%a0%80", "/%0d%0aX:y", "/%7f",
          "/?a=%",  "/?a=%00",      "/?%ff=1", "//..//", "/a;\x7f"})
        row("target_" + shown(target), "GET " + target + " HTTP/1.1\r\n" + host + "\r\n" + hidden);
    for (const std::string bytes :
         {"GET / HTTP/1.1\r\nHost: shop.test\r\rX: y\r\n\r\n", "GET / HTTP/1.1\rHost: shop.test\r\r",
          "GET / HTTP/1.1\r\nHost: shop.test\n\r\n", "GET / HTTP/1.1\r\nHost: shop.test\r\nX: a\rb\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: shop.test\r\n\n", "\nGET / HTTP/1.1\r\nHost: shop.test\r\n\r\n",
          "\r\rGET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: shop.test\r\n\x1b: a\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: shop.test\r\nA\r\n\r\n"})
        row("lines_" + shown(bytes) + std::to_string(rows.size()), bytes + hidden);
    for (const std::string name : {"Authorization", "Content-Type", "Cookie", "Idempotency-Key", "Expect", "Origin"})
        row("doubled_" + shown(name), get(host + name + ": a\r\n" + name + ": b\r\n"));
    for (const std::string expected : {"100-continue, x", "200-ok", "continue", ""})
        row("expect_" + shown(expected), post("Content-Length: 5\r\nExpect: " + expected + "\r\n", "hello" + hidden),
            {417});
    return rows;
}

class MalformedMessage : public ::testing::TestWithParam<Vector> {
protected:
    static void SetUpTestSuite() {
        application = std::make_unique<Remembering>();
        server = std::make_unique<Server>(ServerSettings{}, *application);
        server->start();
    }
    static void TearDownTestSuite() {
        server.reset();
        application.reset();
    }
    static inline std::unique_ptr<Remembering> application;
    static inline std::unique_ptr<Server> server;
};

TEST_P(MalformedMessage, IsAnsweredOnceAndTheConnectionClosed) {
    application->take_seen();
    TestConnection client(server->port());
    client.send(GetParam().bytes);
    const auto answer = client.read_to_end();
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(count_of(answer, "\r\nDate: "), 1u) << answer;
    EXPECT_TRUE(GetParam().statuses.count(status_of(answer)) == 1) << answer;
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos);
    EXPECT_TRUE(application->take_seen().empty());
}

class MalformedMessageInPieces : public ::testing::TestWithParam<Vector> {};

TEST_P(MalformedMessageInPieces, IsRefusedJustSo) {
    const auto& bytes = GetParam().bytes;
    FramingLimits limits;
    RequestFramer framer(limits);
    const Remembering site;
    auto step = RequestFramer::Step::idle;
    for (std::size_t i = 0; i < bytes.size() && step != RequestFramer::Step::refused; ++i) {
        framer.append(std::string_view(bytes).substr(i, 1));
        step = framer.advance([&](Request& head) { return site.admit(head); });
        ASSERT_NE(step, RequestFramer::Step::complete) << "after " << i + 1 << " bytes";
    }
    ASSERT_EQ(step, RequestFramer::Step::refused);
    EXPECT_EQ(GetParam().statuses.count(framer.refusal().status), 1u) << framer.refusal().status;
}

std::vector<Vector> short_vectors() {
    auto rows = vectors();
    std::erase_if(rows, [](const Vector& row) { return row.bytes.size() > 1000; });
    return rows;
}

std::string test_name(const ::testing::TestParamInfo<Vector>& row) {
    std::string name = std::to_string(row.index) + "_";
    for (const char c : row.param.name) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    return name;
}

INSTANTIATE_TEST_SUITE_P(Framing, MalformedMessage, ::testing::ValuesIn(vectors()), test_name);
INSTANTIATE_TEST_SUITE_P(Framing, MalformedMessageInPieces, ::testing::ValuesIn(short_vectors()), test_name);

struct Truncated {
    const char* name;
    std::string bytes;
};

class TruncatedMessage : public ::testing::TestWithParam<Truncated> {};

TEST_P(TruncatedMessage, IsNeverDelivered) {
    Remembering application;
    Server server({}, application);
    server.start();
    TestConnection client(server.port());
    client.send(GetParam().bytes);
    client.end_sending();
    const auto answer = client.read_to_end();
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(answer, "");
    EXPECT_TRUE(application.take_seen().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Framing, TruncatedMessage,
    ::testing::Values(
        Truncated{"head", "GET / HTTP/1.1\r\nHost: shop"},
        Truncated{"line_end", "GET / HTTP/1.1\r\nHost: shop.test\r\n\r"},
        Truncated{"length", "POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 9\r\n\r\nhello"},
        Truncated{"chunk", "POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello"},
        Truncated{"last_chunk",
                  "POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"},
        Truncated{"trailers",
                  "POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"}),
    [](const auto& row) { return row.param.name; });

Request framed(const std::string& bytes) {
    FramingLimits limits;
    RequestFramer framer(limits);
    framer.append(bytes);
    const auto step = framer.advance([](Request&) -> Result<std::size_t, Refusal> { return 1000; });
    if (step != RequestFramer::Step::complete) throw std::runtime_error(framer.refusal().detail);
    return framer.take();
}

TEST(Framing, KeepsTrailersOutOfTheFields) {
    const auto request = framed(
        "POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n0\r\nHost: other.test\r\nAuthorization: stolen\r\n\r\n");
    EXPECT_EQ(request.body, "hello");
    EXPECT_EQ(request.fields.all("Host").size(), 1u);
    EXPECT_FALSE(request.fields.has("Authorization"));
}

TEST(Framing, TakesHostWithoutPortAndCase) {
    EXPECT_EQ(framed("GET / HTTP/1.1\r\nHost: Shop.Test:8080\r\n\r\n").host, "shop.test");
    EXPECT_EQ(framed("GET / HTTP/1.1\r\nHost: Shop.Test:8080\r\n\r\n").authority, "Shop.Test:8080");
    EXPECT_EQ(framed("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n").host, "[::1]");
}

TEST(Framing, SkipsOneEmptyLineBeforeARequest) {
    EXPECT_EQ(framed("\r\nGET /a HTTP/1.1\r\nHost: shop.test\r\n\r\n").target.path, "/a");
}

TEST(Framing, ReadsPipelinedRequestsOneByOne) {
    FramingLimits limits;
    RequestFramer framer(limits);
    for (int i = 0; i < 3; ++i)
        framer.append("POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(framer.advance([](Request&) -> Result<std::size_t, Refusal> { return 2; }),
                  RequestFramer::Step::complete);
        const auto request = framer.take();
        EXPECT_EQ(request.target.path, "/" + std::to_string(i));
        EXPECT_EQ(request.body, "hi");
    }
    EXPECT_EQ(framer.buffered(), 0u);
}

}  // namespace
}  // namespace noren::http
