#include "http/static_files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace noren::http {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public ::testing::Test {
protected:
    StaticFilesTest()
        : root_(fs::temp_directory_path() / ("noren_static_test_" + std::to_string(::getpid()))),
          folder_(root_ / "theme") {
        fs::create_directories(folder_ / "css");
        write(folder_ / "css/shop.css", "body{}");
        write(folder_ / "logo.svg", "<svg/>");
        write(folder_ / ".hidden.css", "secret");
        write(root_ / "outside.css", "secret");
        fs::create_symlink(root_ / "outside.css", folder_ / "link.css");
        fs::create_directory_symlink(root_, folder_ / "up");
    }
    ~StaticFilesTest() override { fs::remove_all(root_); }
    static void write(const fs::path& path, std::string_view bytes) { std::ofstream(path) << bytes; }

    fs::path root_;
    fs::path folder_;
    Request request;
};

TEST_F(StaticFilesTest, MayBeKeptForAYearByTheirHashedNames) {
    const StaticFiles files(folder_);
    const auto& name = files.hashed_name("css/shop.css");
    EXPECT_EQ(name.substr(0, 9), "css/shop.");
    const auto response = files.serve(request, name);
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.body(), "body{}");
    EXPECT_EQ(response.headers().one("Content-Type"), "text/css; charset=utf-8");
    EXPECT_NE(response.headers().one("Cache-Control")->find("immutable"), std::string::npos);
    write(folder_ / "css/shop.css", "body{color:red}");
    EXPECT_NE(StaticFiles(folder_).hashed_name("css/shop.css"), name);
}

TEST_F(StaticFilesTest, MustBeAskedForByTheirPlainNames) {
    const StaticFiles files(folder_);
    const auto response = files.serve(request, "logo.svg");
    EXPECT_EQ(response.headers().one("Cache-Control"), "public, no-cache");
    request.fields.add("If-None-Match", std::string(*response.headers().one("ETag")));
    EXPECT_EQ(files.serve(request, "logo.svg").status(), 304);
}

TEST_F(StaticFilesTest, AreNeverFoundOutsideTheFolder) {
    const StaticFiles files(folder_);
    for (const auto* name : {"../outside.css", "css/../../outside.css", "/etc/passwd", "link.css", "up/outside.css",
                             ".hidden.css", "", ".", "css", "css/", "css//shop.css", "./logo.svg", "logo.svg/"})
        EXPECT_EQ(files.serve(request, name).status(), 404) << name;
    EXPECT_THROW(files.hashed_name("none.css"), std::out_of_range);
}

TEST_F(StaticFilesTest, AreRefusedAtStartWhenTheirTypeIsUnknown) {
    write(folder_ / "run.exe", "x");
    EXPECT_THROW(StaticFiles{folder_}, std::runtime_error);
    EXPECT_THROW(StaticFiles{root_ / "none"}, std::runtime_error);
}

}  // namespace
}  // namespace noren::http
