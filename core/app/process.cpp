#include "app/process.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "app/instances.hpp"
#include "app/letters.hpp"
#include "app/themes.hpp"
#include "settings/secrets.hpp"
#include "storefront/hosted_gateway.hpp"

namespace noren::app {
namespace fs = std::filesystem;
namespace {

/// The helper program lies beside this one.
fs::path helper_program() {
    return fs::read_symlink("/proc/self/exe").parent_path() / "noren-plugin-host";
}

std::string revealed(const settings::Value& secret) {
    auto text = settings::resolve(secret);
    if (!text) throw std::runtime_error(settings::to_string(text.error()));
    return std::string(text->reveal());
}

std::unique_ptr<outbox::Transport> transport_of(const settings::Value& mail) {
    if (const auto smtp = mail["smtp"]) {
        outbox::SmtpSettings server;
        server.host = smtp.text("host");
        server.port = static_cast<std::uint16_t>(smtp.integer("port"));
        const auto& security = smtp.text("security");
        server.tls = security == "tls"        ? outbox::Tls::implicit
                     : security == "starttls" ? outbox::Tls::starttls
                                              : outbox::Tls::none;
        if (const auto user = smtp["user"]) server.login = outbox::Login{user.text(), revealed(smtp["password"])};
        return std::make_unique<outbox::Smtp>(std::move(server));
    }
    return std::make_unique<outbox::Maildir>(mail["maildir"].or_empty().text("folder"));
}

}  // namespace

Process::Process(const Installation& installation)
    : installation_(installation), ids_(clock_, entropy_), passwords_(entropy_) {
    core_ = open_store({}, store::Content::core);
    host::HostOptions options;
    options.helper = helper_program();
    options.cache = fs::path("var/plugins");
    options.on_fault = [this](const host::FaultReport& fault) {
        static const store::Sql insert(
            "insert into plugin_fault (id, at, plugin, version, storefront, instance, method, kind, message, "
            "quarantined) "
            "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
        core_->transact([&](store::Transaction& tx) {
            tx.queue(insert, ids_.next<struct FaultRowKind>(), fault.at, fault.plugin, fault.version, fault.storefront,
                     fault.instance, static_cast<std::int64_t>(fault.method), host::to_string(fault.kind),
                     fault.message, fault.quarantined);
        });
    };
    host_ = std::make_unique<host::Host>(std::move(options), clock_);
    client_ = std::make_unique<http::Client>();
    transport_ = transport_of(installation_.server().value()["mail"]);
    load_plugins();
}

Process::~Process() = default;

void Process::load_plugins() {
    std::string faults;
    for (const auto& [id, options] : installation_.needed()) {
        const auto loaded = host_->load(installation_.plugins().at(id).files.binary, options);
        if (!loaded) faults += loaded.error().text() + "\n";
    }
    if (!faults.empty()) throw std::runtime_error(faults);
}

std::unique_ptr<store::Store> Process::open_store(const std::string& storefront, store::Content content) {
    const bool durable = content != store::Content::visits;
    const auto database = installation_.server().value()["database"];
    if (const auto postgresql = database["postgresql"]) {
        store::PostgresqlLocation location;
        location.connection = revealed(postgresql["connection"]);
        location.storefront = storefront.empty() ? 0 : number_of(storefront);
        location.durable = durable;
        location.prepares = !postgresql.boolean("pooled");
        location.sessions = static_cast<int>(postgresql.integer("sessions"));
        return store::open(location, content);
    }
    const fs::path folder = database["sqlite"].text("folder");
    fs::create_directories(folder);
    const auto name = storefront.empty()                  ? std::string("core")
                      : content == store::Content::visits ? storefront + ".visits"
                                                          : storefront;
    return store::open(store::SqliteLocation{(folder / (name + ".db")).string(), durable}, content);
}

std::int64_t Process::number_of(const std::string& storefront) {
    static const store::Sql insert(
        "insert into storefront (name, id) select $1, coalesce(max(id), 0) + 1 from storefront where true "
        "on conflict (name) do nothing");
    static const store::Sql select("select id from storefront where name = $1");
    return core_->transact([&](store::Transaction& tx) {
        const auto known = tx.run(select, storefront);
        if (!known.empty()) return known.integer(0, 0);
        tx.run(insert, storefront);
        return tx.run(select, storefront).integer(0, 0);
    });
}

void Process::store_revision(const settings::Effective& effective, const std::string& storefront) {
    static const store::Sql insert(
        "insert into revision (revision, storefront, contents, stored_at) values ($1, $2, $3, $4) "
        "on conflict (storefront, revision) do nothing");
    const auto contents = nlohmann::json(effective.contents()).dump();
    core_->transact(
        [&](store::Transaction& tx) { tx.queue(insert, effective.revision, storefront, contents, clock_.now()); });
}

std::shared_ptr<const pages::Theme> Process::theme(const settings::Effective& shop) {
    auto& held = themes_[shop.name];
    if (!held) {
        held = std::make_shared<const pages::Theme>(shop_theme(installation_.folder(), shop),
                                                    shop.value().texts("languages"), pages::shop::face());
    }
    return held;
}

bool Process::lift_quarantine(const std::string& storefront, const std::string& plugin, const std::string& instance) {
    const auto found = host_->find(plugin);
    if (!found) return false;
    bool is_there = false;
    for (const auto& open : found->instances()) {
        if (open->storefront() != storefront || open->name() != instance) continue;
        open->lift_quarantine();
        is_there = true;
    }
    return is_there;
}

std::unique_ptr<storefront::Storefront> Process::open(std::shared_ptr<const settings::Effective> effective,
                                                      Gateways gateways) {
    const auto identity = storefront::identity_of(*effective);
    storefront::Surroundings around{clock_,
                                    entropy_,
                                    ids_,
                                    open_store(identity.id, store::Content::books),
                                    open_store(identity.id, store::Content::visits),
                                    {},
                                    {},
                                    {},
                                    *transport_,
                                    passwords_,
                                    {},
                                    {}};
    const auto letters = std::make_shared<Letters>(theme(*effective));
    around.compose = [letters](const auto& shop, const auto& name, const auto& order, const auto& about) {
        return letters->about_order(shop, name, order, about);
    };
    around.compose_account = [letters](const auto& shop, const auto& wish) {
        return letters->about_account(shop, wish);
    };
    around.voters = open_policies(installation_, *host_, *effective);
    around.carriers = open_carriers(*host_, *effective, clock_);
    auto facts = facts_of(*effective);
    for (const auto& gateway : effective->value()["gateways"].entries()) {
        if (gateways == Gateways::closed) break;
        facts.instance = gateway.key();
        around.gateways[gateway.key()] = storefront::gateway_of(
            open_instance(*host_, settings::plugin_of(*gateway.node()), gateway, facts), *client_, clock_);
    }
    store_revision(*effective, identity.id);
    auto shop = std::make_unique<storefront::Storefront>(std::move(effective), std::move(around));
    letters->sign_links_with(shop->checkout.key);
    return shop;
}

}  // namespace noren::app
