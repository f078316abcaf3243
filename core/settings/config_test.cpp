// The configuration that is shipped, against the schemas that are.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "settings/core_schemas.hpp"
#include "settings/effective.hpp"
#include "settings/yaml.hpp"

namespace noren::settings {
namespace {

namespace fs = std::filesystem;

const std::string root = NOREN_SOURCE_FOLDER;

std::string text_of(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Every plugin under plugins/, by its manifest and schema.
Schemas shipped() {
    Schemas schemas(storefront_schema());
    for (const auto& entry : fs::recursive_directory_iterator(root + "/plugins")) {
        const auto name = entry.path().filename().string();
        if (!name.ends_with(".schema.yaml")) continue;
        auto schema = parse_schema(text_of(entry.path()), entry.path().string());
        if (!schema) throw std::runtime_error(to_string(schema.error()));
        const auto id = name.substr(0, name.find('.'));
        const auto manifest = parse(text_of(entry.path().parent_path() / (id + ".plugin.yaml")), id).value();
        const auto kind = manifest->find("kind")->text();
        const auto* section = manifest->find("section");
        if (kind == "policy") schemas.add_policy(id, section != nullptr ? section->text() : "", *schema);
        if (kind == "gateway") schemas.add_instances("gateways", id, *schema);
        if (kind == "carrier") schemas.add_instances("carriers", id, *schema);
    }
    return schemas;
}

/// All shipped storefronts that `noren.yaml` serves.
std::vector<std::string> storefronts() {
    const FolderSource source(root + "/config");
    Layers layers(source, noren_schema());
    Schemas schemas(noren_schema());
    const auto server = check(layers, schemas, "noren.yaml");
    if (!server) throw std::runtime_error(to_string(server.faults));
    return server.value().texts("storefronts");
}

TEST(Shipped, ServerAndStorefrontsAreWithoutFault) {
    const FolderSource source(root + "/config");
    auto schemas = shipped();
    for (const auto& name : storefronts()) {
        Layers layers(source, storefront_schema());
        EXPECT_EQ(to_string(check(layers, schemas, name).faults), "") << name;
    }
}

TEST(Shipped, HolidaysOfJapanAreInOrderAndHaveTheSpecialDays) {
    const auto list = parse(text_of(root + "/config/data/jp_holidays.yaml"), "jp_holidays.yaml").value();
    std::vector<std::string> dates;
    for (const auto& item : list->children()) dates.push_back(item->text());
    EXPECT_TRUE(std::is_sorted(dates.begin(), dates.end()));
    const std::set<std::string> all(dates.begin(), dates.end());
    EXPECT_EQ(all.size(), dates.size());
    for (const auto* day : {"2016-03-21", "2016-08-11", "2019-04-30", "2019-05-01", "2019-05-02", "2019-05-06",
                            "2019-10-22", "2020-02-24", "2020-07-24", "2020-08-10", "2021-07-22", "2021-07-23",
                            "2021-08-09", "2026-09-22", "2027-03-22"}) {
        EXPECT_TRUE(all.contains(day)) << day;
    }
    for (const auto* day : {"2019-12-23", "2020-07-20", "2020-10-12", "2021-08-11", "2021-10-11"}) {
        EXPECT_FALSE(all.contains(day)) << day;
    }
}

}  // namespace
}  // namespace noren::settings
