// Process: what one running Noren shares among its storefronts: clock, random bytes, plugin host, core store, mail.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/installation.hpp"
#include "host/host.hpp"
#include "http/client.hpp"
#include "pages/theme.hpp"
#include "storefront/storefront.hpp"

namespace noren::app {

/// Whether storefronts are opened with their gateways, whose secrets must then be there. Only who takes payments needs
/// them.
enum class Gateways { open, closed };

class Process {
public:
    /// Opens the core store and loads every plugin that a storefront names. Throws std::runtime_error with one line a
    /// fault when something cannot be opened or loaded.
    explicit Process(const Installation& installation);
    ~Process();

    /// The theme that words and shows a storefront; read once. Throws pages::ThemeBroken.
    std::shared_ptr<const pages::Theme> theme(const settings::Effective& shop);

    /// Opens a storefront on its configuration, with its gateways and carriers behind their plugins; its revision is
    /// stored. Throws std::runtime_error.
    std::unique_ptr<storefront::Storefront> open(std::shared_ptr<const settings::Effective> effective,
                                                 Gateways gateways);

    /// Lets calls through to a plugin's instance again; whether there is such an instance.
    bool lift_quarantine(const std::string& storefront, const std::string& plugin, const std::string& instance);

    const Installation& installation() const { return installation_; }
    host::Host& host() { return *host_; }
    store::Store& core() { return *core_; }
    const Clock& clock() const { return clock_; }
    Entropy& entropy() { return entropy_; }
    IdSource& ids() { return ids_; }
    customers::Passwords& passwords() { return passwords_; }

private:
    void load_plugins();
    std::unique_ptr<store::Store> open_store(const std::string& storefront, store::Content content);
    std::int64_t number_of(const std::string& storefront);
    void store_revision(const settings::Effective& effective, const std::string& storefront);

    const Installation& installation_;
    SystemClock clock_;
    SystemEntropy entropy_;
    IdSource ids_;
    customers::Passwords passwords_;
    std::unique_ptr<store::Store> core_;
    std::unique_ptr<host::Host> host_;
    std::unique_ptr<http::Client> client_;
    std::map<std::string, std::shared_ptr<const pages::Theme>> themes_;
    std::unique_ptr<outbox::Transport> transport_;
};

}  // namespace noren::app
