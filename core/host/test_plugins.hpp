// For this module's tests: plugins of testdata, put into a folder of their own, and requests for them.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <noren/wire/message.hpp>
#include <noren/wire/settings.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "host/host.hpp"

namespace noren::host {

inline std::string file_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline void write_file(const std::filesystem::path& path, std::string_view text) {
    std::filesystem::remove(path);
    std::ofstream(path, std::ios::binary) << text;
    ::chmod(path.c_str(), 0644);
}

/// A folder that is gone at the end.
class TemporaryFolder {
public:
    TemporaryFolder() {
        auto name = (std::filesystem::temp_directory_path() / "noren-host-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

    /// Copies the three files of a test plugin here. Returns the manifest's path.
    std::filesystem::path take(const std::string& name, const std::string& from = "") const {
        const std::filesystem::path source = std::filesystem::path(NOREN_TESTDATA) / from;
        for (const std::string ending : {".plugin.yaml", ".schema.yaml", ".so"}) {
            write_file(path_ / (name + ending), file_text(source / (name + ending)));
        }
        return path_ / (name + ".plugin.yaml");
    }

private:
    std::filesystem::path path_;
};

/// Settings with these texts at their root.
inline InstancePlan plan_of(const std::vector<std::pair<std::string, std::string>>& texts = {}) {
    wire::SettingsT settings;
    settings.storefront = "a_shop";
    settings.root = std::make_unique<wire::SettingT>();
    settings.root->kind = wire::SettingKind::Map;
    for (const auto& [key, text] : texts) {
        wire::SettingT setting;
        setting.key = key;
        setting.kind = wire::SettingKind::Text;
        setting.text = text;
        settings.root->items.push_back(std::move(setting));
    }
    noren_fb::FlatBufferBuilder builder;
    builder.Finish(wire::Settings::Pack(builder, &settings));
    InstancePlan plan;
    plan.storefront = "a_shop";
    plan.name = "one";
    plan.settings.assign(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
    return plan;
}

/// Five lines to the United States; `how` is what the plugin `trouble` is to do, and `echo` what to answer then.
inline std::vector<std::uint8_t> quotes_request(const std::string& how = "", std::span<const std::uint8_t> echo = {}) {
    wire::RequestT request;
    request.context = std::make_unique<wire::ContextT>();
    request.context->call_id = 1;
    request.context->entropy.assign(echo.begin(), echo.end());
    wire::QuotesRequestT ask;
    ask.origin_country = "JP";
    ask.currency = "JPY";
    ask.packing_g = 200;
    ask.destination = std::make_unique<wire::DestinationT>();
    ask.destination->country = "US";
    ask.destination->region = how;
    for (int i = 0; i < 5; ++i) {
        wire::LineT line;
        line.sku = "ITEM-000" + std::to_string(i);
        line.quantity = i + 1;
        line.weight_g = 300;
        ask.lines.push_back(std::move(line));
    }
    request.ask.Set(std::move(ask));
    return encode(request);
}

}  // namespace noren::host
