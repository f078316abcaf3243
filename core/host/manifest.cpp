#include "host/manifest.hpp"

#include <noren/abi.h>

#include <algorithm>
#include <array>

#include "host/binary.hpp"
#include "settings/value.hpp"
#include "settings/yaml.hpp"

namespace noren::host {

/// The text of sdk/manifest.schema.yaml, built in.
extern const std::string_view manifest_schema_text;

namespace {

struct MethodName {
    std::string_view name;
    std::uint32_t number;
    PortKind kind;
};
constexpr std::array method_names{
    MethodName{"begin", NOREN_GATEWAY_BEGIN, PortKind::gateway},
    MethodName{"status", NOREN_GATEWAY_STATUS, PortKind::gateway},
    MethodName{"capture", NOREN_GATEWAY_CAPTURE, PortKind::gateway},
    MethodName{"refund", NOREN_GATEWAY_REFUND, PortKind::gateway},
    MethodName{"webhook", NOREN_GATEWAY_WEBHOOK, PortKind::gateway},
    MethodName{"quotes", NOREN_CARRIER_QUOTES, PortKind::carrier},
};

constexpr std::array required_methods{NOREN_GATEWAY_BEGIN, NOREN_GATEWAY_STATUS, NOREN_CARRIER_QUOTES};

const settings::SchemaPtr& manifest_schema() {
    static const settings::SchemaPtr schema = [] {
        auto parsed = settings::parse_schema(manifest_schema_text, "manifest.schema.yaml");
        if (!parsed) throw std::logic_error(settings::to_string(parsed.error()));
        return *parsed;
    }();
    return schema;
}

/// `OfferPayment` of the wire as manifests write it: offer_payment.
std::string snake(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            if (!out.empty()) out += '_';
            out += static_cast<char>(c - 'A' + 'a');
        } else {
            out += c;
        }
    }
    return out;
}

wire::Point point_of(std::string_view word) {
    for (const auto point : wire::EnumValuesPoint()) {
        if (snake(wire::EnumNamePoint(point)) == word) return point;
    }
    return wire::Point::Unknown;
}

Authorization authorization_of(const settings::Value& value) {
    if (const auto basic = value["basic"]) return BasicAuthorization{basic.text("user"), basic.text("password")};
    if (const auto bearer = value["bearer"]) return BearerAuthorization{bearer.text("token")};
    const auto client = value["oauth2_client_credentials"];
    return ClientCredentials{client.text("base"), client.text("path"), client.text("client_id"),
                             client.text("client_secret")};
}

std::string first_line_of(const settings::Faults& faults) {
    auto line = faults.empty() ? std::string("nothing") : settings::to_string(faults.front());
    if (faults.size() > 1) line += " (and " + std::to_string(faults.size() - 1) + " more)";
    return line;
}

}  // namespace

std::string_view to_string(PortKind kind) {
    switch (kind) {
        case PortKind::gateway: return "gateway";
        case PortKind::carrier: return "carrier";
        case PortKind::policy: return "policy";
    }
    return "unknown";
}

bool Manifest::answers(std::uint32_t method) const {
    return std::find(methods.begin(), methods.end(), method) != methods.end();
}

Result<Manifest, LoadRefusal> parse_manifest(std::string text, const std::string& file) {
    const auto refused = [&](std::string found, std::string expected, std::string remedy) {
        return refuse(LoadRefusal{file, std::move(found), std::move(expected), std::move(remedy)});
    };
    const auto tree = settings::parse(text, file);
    if (!tree) return refused(first_line_of(tree.error()), "a manifest in YAML", "correct it there");
    const auto& schema = manifest_schema();
    if (auto faults = settings::validate(**tree, *schema); !faults.empty()) {
        return refused(first_line_of(faults), "a manifest", "correct it there");
    }

    const settings::Value root(tree->get(), schema.get(), "");
    Manifest manifest;
    manifest.id = root.text("id");
    manifest.version = root.text("version");
    if (const auto description = root["description"]) manifest.description = description.text();
    manifest.abi = static_cast<std::uint32_t>(std::min<std::int64_t>(root.integer("abi"), 1'000'000));
    if (manifest.abi != NOREN_ABI_MAJOR) {
        return refused("ABI " + std::to_string(manifest.abi), "ABI " + std::to_string(NOREN_ABI_MAJOR),
                       manifest.abi > NOREN_ABI_MAJOR ? "update Noren, or take an older version of the plugin"
                                                      : "take a newer version of the plugin");
    }
    const auto& kind = root.text("kind");
    manifest.kind = kind == "gateway" ? PortKind::gateway : kind == "policy" ? PortKind::policy : PortKind::carrier;
    for (const auto& word : root.texts("methods")) {
        const auto named =
            std::find_if(method_names.begin(), method_names.end(), [&](const auto& m) { return m.name == word; });
        if (named == method_names.end() || named->kind != manifest.kind) {
            return refused("method `" + word + "`", "methods of a " + kind, "correct `methods`");
        }
        manifest.methods.push_back(named->number);
    }
    for (const auto number : required_methods) {
        const auto named =
            std::find_if(method_names.begin(), method_names.end(), [&](const auto& m) { return m.number == number; });
        if (named->kind == manifest.kind && !manifest.answers(number)) {
            return refused("no method `" + std::string(named->name) + "`", "what every " + kind + " has",
                           "add it to `methods`");
        }
    }
    for (const auto& word : root.texts("decides")) {
        const auto point = point_of(word);
        if (point == wire::Point::Unknown)
            return refused("point `" + word + "`", "a point of this host", "update Noren");
        manifest.decides.push_back(point);
    }
    if (manifest.kind == PortKind::policy) {
        if (manifest.decides.empty())
            return refused("a policy that decides nothing", "at least one point", "add `decides`");
        manifest.methods = {NOREN_POLICY_DECIDE};
    } else if (!manifest.decides.empty()) {
        return refused("`decides` of a " + kind, "it only of a policy", "remove it");
    }
    if (const auto section = root["section"]) manifest.section = section.text();
    for (const auto& need : root["needs"].items()) {
        const auto window = need["window"];
        manifest.needs.push_back(
            {need.text("need"), need.text("of"), window ? std::optional(window.span()) : std::nullopt});
    }
    manifest.concurrent = root.boolean("concurrent");
    manifest.collects_at_delivery = root.boolean("collects_at_delivery");
    manifest.fallback = root.text("fallback") == "skip" ? Fallback::skip : Fallback::deny;
    manifest.hosts = root.texts("hosts");
    for (const auto& entry : root["authorizations"].entries())
        manifest.authorizations.emplace(entry.key(), authorization_of(entry));
    if (manifest.kind == PortKind::policy && (!manifest.hosts.empty() || !manifest.authorizations.empty())) {
        return refused("a policy that talks to hosts", "none that does", "remove `hosts` and `authorizations`");
    }
    manifest.text = std::move(text);
    return manifest;
}

PluginFiles PluginFiles::beside(const std::filesystem::path& any) {
    auto name = any.filename().string();
    for (const std::string_view ending : {".plugin.yaml", ".schema.yaml", ".so"}) {
        if (name.size() > ending.size() && name.ends_with(ending)) {
            name.resize(name.size() - ending.size());
            break;
        }
    }
    const auto folder = any.parent_path();
    return {folder / (name + ".plugin.yaml"), folder / (name + ".schema.yaml"), folder / (name + ".so")};
}

Result<Manifest, LoadRefusal> read_manifest(const PluginFiles& files) {
    auto text = TRY(read_safely(files.manifest, most_sidecar_bytes));
    auto manifest = TRY(parse_manifest(std::move(text), files.manifest.string()));
    if (PluginFiles::beside(files.manifest.parent_path() / manifest.id).manifest != files.manifest) {
        return refuse(LoadRefusal{files.manifest.string(), "the id `" + manifest.id + "`", "the name of the file",
                                  "rename the files or the id"});
    }
    const auto schema_text = TRY(read_safely(files.schema, most_sidecar_bytes));
    if (auto schema = settings::parse_schema(schema_text, files.schema.string()); !schema) {
        return refuse(LoadRefusal{files.schema.string(), first_line_of(schema.error()), "a schema of its settings",
                                  "correct it there"});
    }
    return manifest;
}

}  // namespace noren::host
