#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "app/commands.hpp"
#include "app/instances.hpp"
#include "app/letters.hpp"
#include "app/themes.hpp"
#include "pages/shop_pages.hpp"
#include "settings/layers.hpp"
#include "simulation/play.hpp"
#include "storefront/hosted_gateway.hpp"

namespace noren::app {
namespace fs = std::filesystem;
namespace {

/// A folder of this run alone, gone at its end.
class TemporaryFolder {
public:
    TemporaryFolder() {
        auto pattern = (fs::temp_directory_path() / "noren-try-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
        path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code error;
        fs::remove_all(path_, error);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

host::HostOptions options_in(const fs::path& folder) {
    host::HostOptions options;
    options.cache = folder;
    return options;
}

/// One installation, its plugins loaded into this process, and scenarios played on it one after another.
class Theatre {
public:
    explicit Theatre(const Installation& installation)
        : installation_(installation), host_(options_in(cache_.path()), clock_) {}

    /// What is wrong, a line each; empty: passed.
    std::vector<std::string> play(const std::string& file) {
        const auto scenario = simulation::Scenario::read(text_of(file), file);
        if (!scenario) return lines_of(scenario.error());
        const auto effective = installation_.storefront(scenario->storefront());
        if (!effective) return {unknown_storefront(*scenario)};
        load_plugins(*effective);

        simulation::Stage stage(scenario->start());
        auto around = stage.surroundings(*effective);
        around.voters = open_policies(installation_, host_, *effective);
        around.carriers = open_carriers(host_, *effective, stage.clock);
        open_gateways(*effective, stage.clock, around);
        const auto letters = letters_of(*effective);
        around.compose = [letters](const auto& shop, const auto& name, const auto& order, const auto& about) {
            return letters->about_order(shop, name, order, about);
        };
        around.compose_account = [letters](const auto& shop, const auto& wish) {
            return letters->about_account(shop, wish);
        };
        storefront::Storefront shop(effective, std::move(around));
        std::vector<std::string> wrong;
        for (const auto& failure : simulation::play(*scenario, shop, stage))
            wrong.push_back(simulation::to_string(failure));
        return wrong;
    }

private:
    /// A gateway that asks nobody plays itself.
    void open_gateways(const settings::Effective& storefront, const Clock& clock, storefront::Surroundings& around) {
        auto facts = facts_of(storefront);
        for (const auto& gateway : storefront.value()["gateways"].entries()) {
            const auto plugin = settings::plugin_of(*gateway.node());
            if (!asks_nobody(plugin)) continue;
            facts.instance = gateway.key();
            around.gateways[gateway.key()] =
                storefront::gateway_of(open_instance(host_, plugin, gateway, facts), client_, clock);
        }
    }

    bool asks_nobody(const std::string& plugin) const {
        return installation_.plugins().at(plugin).manifest.hosts.empty();
    }

    static std::string text_of(const std::string& file) {
        std::ostringstream text;
        text << std::ifstream(file, std::ios::binary).rdbuf();
        return text.str();
    }

    static std::vector<std::string> lines_of(const settings::Faults& faults) {
        std::vector<std::string> lines;
        for (const auto& fault : faults) lines.push_back(settings::to_string(fault));
        return lines;
    }

    std::string unknown_storefront(const simulation::Scenario& scenario) const {
        std::set<std::string> known;
        for (const auto& storefront : installation_.storefronts()) known.insert(fs::path(storefront->name).stem());
        const auto named = scenario.value()["storefront"];
        return settings::to_string(settings::fault_at(named.origin(), "there is no such storefront", named.text(), {},
                                                      settings::nearest(named.text(), known)));
    }

    void load_plugins(const settings::Effective& storefront) {
        std::set<std::string> wanted;
        for (const auto& id : storefront.value().texts("policies")) wanted.insert(id);
        for (const auto& carrier : storefront.value()["carriers"].entries())
            wanted.insert(settings::plugin_of(*carrier.node()));
        for (const auto& gateway : storefront.value()["gateways"].entries()) {
            const auto plugin = settings::plugin_of(*gateway.node());
            if (asks_nobody(plugin)) wanted.insert(plugin);
        }
        for (const auto& id : wanted) {
            if (host_.find(id)) continue;
            host::PluginOptions options;
            options.isolation = host::Isolation::none;
            const auto loaded = host_.load(installation_.plugins().at(id).files.binary, options);
            if (!loaded) throw std::runtime_error(loaded.error().text());
        }
    }

    std::shared_ptr<const Letters> letters_of(const settings::Effective& storefront) {
        auto& letters = letters_[storefront.name];
        if (!letters) {
            letters = std::make_shared<const Letters>(
                std::make_shared<const pages::Theme>(shop_theme(installation_.folder(), storefront),
                                                     storefront.value().texts("languages"), pages::shop::face()));
        }
        return letters;
    }

    const Installation& installation_;
    TemporaryFolder cache_;
    SystemClock clock_;
    host::Host host_;
    http::Client client_;
    std::map<std::string, std::shared_ptr<const Letters>> letters_;
};

}  // namespace

int try_scenarios(const Whereabouts& whereabouts, const std::vector<std::string>& files, bool json) {
    const Installation installation(whereabouts);
    if (!installation.faults().empty()) {
        for (const auto& fault : installation.faults()) std::fprintf(stderr, "%s\n", fault.c_str());
        return 2;
    }
    Theatre theatre(installation);
    auto told = nlohmann::json::array();
    int failed = 0;
    for (const auto& file : files) {
        const auto began = std::chrono::steady_clock::now();
        const auto wrong = theatre.play(file);
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
        if (!wrong.empty()) ++failed;
        told.push_back({{"file", file}, {"passed", wrong.empty()}, {"failures", wrong}, {"took_ms", took.count()}});
        if (json) continue;
        std::printf("%s  %s (%lld ms)\n", wrong.empty() ? "passed" : "FAILED", file.c_str(),
                    static_cast<long long>(took.count()));
        for (const auto& line : wrong) std::printf("    %s\n", line.c_str());
    }
    if (json) std::printf("%s\n", nlohmann::json{{"scenarios", std::move(told)}, {"failed", failed}}.dump().c_str());
    return failed == 0 ? 0 : 1;
}

}  // namespace noren::app
