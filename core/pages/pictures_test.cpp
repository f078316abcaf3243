#include "pages/pictures.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>

namespace noren::pages {
namespace {

TEST(Pictures, AreTheSameForASkuAndDifferBetweenMany) {
    EXPECT_EQ(picture_of("A-1"), picture_of("A-1"));
    std::set<std::string> all;
    for (int i = 0; i < 100; ++i) all.insert(picture_of("SKU-" + std::to_string(i)));
    EXPECT_GT(all.size(), 50u);
    EXPECT_LT(picture_of("A-1").size(), 8000u);
}

TEST(Pictures, HoldNothingOfTheirSku) {
    const auto svg = picture_of("\"><script>alert(1)</script>");
    EXPECT_EQ(svg.find("script"), std::string::npos);
    EXPECT_EQ(svg.rfind("<svg ", 0), 0u);
}

TEST(Media, AreTheFoldersFilesAndDrawnWhereTheyAreMissing) {
    namespace fs = std::filesystem;
    const auto folder = fs::temp_directory_path() / ("noren_media_test_" + std::to_string(::getpid()));
    fs::create_directories(folder);
    std::ofstream(folder / "A-1.svg") << "<svg>our own</svg>";
    http::Router router;
    add_media(router, folder);
    http::Router without;
    add_media(without, folder / "not_there");
    const auto get = [](const http::Router& from, const std::string& path) {
        auto request = http::Request{};
        request.target = *http::parse_target(path);
        return from.handle(request);
    };
    EXPECT_EQ(get(router, "/media/A-1.svg").body(), "<svg>our own</svg>");
    EXPECT_EQ(get(router, "/media/A-2.svg").body(), picture_of("A-2"));
    EXPECT_EQ(get(without, "/media/A-1.svg").body(), picture_of("A-1"));
    EXPECT_EQ(get(router, "/media/A-2.png").status(), 404);
    EXPECT_EQ(get(router, "/media/..svg").status(), 404);
    fs::remove_all(folder);
}

}  // namespace
}  // namespace noren::pages
