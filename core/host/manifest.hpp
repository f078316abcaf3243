// Manifest: what a plugin says of itself in the file beside its binary (sdk/manifest.schema.yaml), read before any of
// its code runs.
#pragma once

#include <noren/values/time.hpp>
#include <noren/wire/policy.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "host/refusal.hpp"

namespace noren::host {

enum class PortKind : std::uint8_t { gateway, carrier, policy };
std::string_view to_string(PortKind kind);

/// What holds when the plugin cannot answer: its part is denied, or left out.
enum class Fallback : std::uint8_t { deny, skip };

/// A fact about the past that a policy must know: `need` of the `of` (customer, household, storefront), within `window`
/// before now, or ever.
struct Need {
    std::string need;
    std::string of;
    std::optional<Span> window;
};

/// How the host signs requests for the plugin. Each member names a setting (a dotted path), never holds a secret.
struct BasicAuthorization {
    std::string user;
    std::string password;
};
struct BearerAuthorization {
    std::string token;
};
struct ClientCredentials {
    std::string base;  // the setting with the address; `path` itself is appended to it
    std::string path;
    std::string client_id;
    std::string client_secret;
};
using Authorization = std::variant<BasicAuthorization, BearerAuthorization, ClientCredentials>;

struct Manifest {
    std::string id;
    std::string version;
    std::string description;
    PortKind kind = PortKind::carrier;
    std::uint32_t abi = 0;
    std::vector<std::uint32_t> methods;  // NOREN_...; of a policy NOREN_POLICY_DECIDE
    std::vector<wire::Point> decides;
    std::string section;
    std::vector<Need> needs;
    bool concurrent = false;
    bool collects_at_delivery = false;  // of a gateway: the carrier takes the money at the door
    Fallback fallback = Fallback::deny;
    std::vector<std::string> hosts;  // settings that hold an address: the allow-list
    std::map<std::string, Authorization> authorizations;
    std::string text;  // the file itself, byte for byte

    bool answers(std::uint32_t method) const;
};

/// A manifest's text. `file` is what a refusal calls it.
Result<Manifest, LoadRefusal> parse_manifest(std::string text, const std::string& file);

/// A plugin's files, side by side: NAME.plugin.yaml, NAME.schema.yaml, NAME.so.
struct PluginFiles {
    std::filesystem::path manifest;
    std::filesystem::path schema;
    std::filesystem::path binary;

    /// From any of the three.
    static PluginFiles beside(const std::filesystem::path& any);
};

/// Reads the manifest, and sees that the schema is there and is one, and that the id is that of the files.
Result<Manifest, LoadRefusal> read_manifest(const PluginFiles& files);

}  // namespace noren::host
