#include "settings/secrets.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "settings/yaml.hpp"

namespace noren::settings {
namespace {

/// A reference to a secret in a file of settings, and a folder for secret files.
class Secrets : public testing::Test {
protected:
    Secrets() : folder_(std::filesystem::temp_directory_path() / ("noren-secrets-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
    }
    ~Secrets() override { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& text, mode_t mode) {
        const auto path = (folder_ / "secret").string();
        std::filesystem::remove(path);
        std::ofstream(path, std::ios::binary) << text;
        ::chmod(path.c_str(), mode);
        return path;
    }

    /// The text, or the refusal.
    std::string resolved(const std::string& reference) {
        const auto schema =
            parse_schema("{type: map, description: d, properties: {key: {type: secret, description: d}}}", "s.yaml")
                .value();
        const auto tree = parse("key: " + reference + "\n", "shop.yaml").value();
        const auto secret = resolve(Value(tree.get(), schema.get(), "gateways.paypal")["key"]);
        return secret ? std::string(secret->reveal()) : to_string(secret.error());
    }

    std::filesystem::path folder_;
};

TEST_F(Secrets, AreFetchedFromFilesWithoutTheLastLineEnd) {
    EXPECT_EQ(resolved("{file: " + file("hush\n", 0600) + "}"), "hush");
    EXPECT_EQ(resolved("{file: " + file("hush", 0640) + "}"), "hush");
}

TEST_F(Secrets, AreNotTakenFromFilesThatOthersMayReadOrWrite) {
    for (const mode_t mode : {0644, 0660, 0604, 0700, 0641}) {
        const auto path = file("hush\n", mode);
        const auto refusal = resolved("{file: " + path + "}");
        EXPECT_NE(refusal.find("wider than 0640"), std::string::npos) << refusal;
        EXPECT_EQ(refusal.find("hush"), std::string::npos);
    }
}

TEST_F(Secrets, TellWhereTheReferenceIsWhenThereIsNoSecret) {
    EXPECT_EQ(
        resolved("{file: /nowhere/at/all}"),
        "shop.yaml:1:6: gateways.paypal.key: secret file /nowhere/at/all cannot be opened: No such file or directory");
    EXPECT_EQ(resolved("{env: NOREN_TEST_UNSET}"),
              "shop.yaml:1:6: gateways.paypal.key: environment variable NOREN_TEST_UNSET is not set");
    EXPECT_NE(resolved("{file: " + file("", 0600) + "}").find("is empty"), std::string::npos);
    EXPECT_NE(resolved("{file: " + folder_.string() + "}").find("is no file"), std::string::npos);
    EXPECT_NE(resolved("{file: " + file(std::string(70'000, 'x'), 0600) + "}").find("larger than 64 KiB"),
              std::string::npos);
}

TEST_F(Secrets, AreFetchedFromTheEnvironment) {
    ::setenv("NOREN_TEST_SECRET", "hush", 1);
    EXPECT_EQ(resolved("{env: NOREN_TEST_SECRET}"), "hush");
    ::unsetenv("NOREN_TEST_SECRET");
}

TEST_F(Secrets, AreFoundWhereverTheyStand) {
    const auto schema = parse_schema(
                            "{type: map, description: d, properties: {a: {type: secret, description: d}, b: {type: "
                            "any_map, description: d, "
                            "values: {type: list, items: {type: secret}}}}}",
                            "s.yaml")
                            .value();
    const auto tree = parse("b: {x: [{env: A}, {env: B}]}\na: {env: C}\n", "shop.yaml").value();
    std::vector<std::string> paths;
    for (const auto& secret : secrets_in({tree.get(), schema.get(), ""})) paths.push_back(secret.path());
    EXPECT_EQ(paths, (std::vector<std::string>{"b.x[0]", "b.x[1]", "a"}));
}

}  // namespace
}  // namespace noren::settings
