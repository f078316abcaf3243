// Commands: what `noren` can be told on the command line. Each returns the exit code: 0 well, 1 the answer is no
// (faults, discrepancies, a failed scenario), 2 it could not be done.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/installation.hpp"

namespace noren::app {

struct ServeOptions {
    Whereabouts whereabouts;
    std::optional<std::uint16_t> port;  // instead of the configuration's
};
/// Serves until SIGINT or SIGTERM. Prints `listening on ADDRESS:PORT` when it is ready.
int serve(const ServeOptions& options);

/// Says everything that is wrong with the configuration, or that nothing is.
int check(const Whereabouts& whereabouts, bool json);

/// What was decided about an order, by which policy, because of which line.
int explain(const Whereabouts& whereabouts, const std::string& storefront, const std::string& order, bool json);

/// Runs scenarios on a virtual clock, in memory.
int try_scenarios(const Whereabouts& whereabouts, const std::vector<std::string>& files, bool json);

/// Recomputes money, stock and reservations of every storefront, or of one.
int verify(const Whereabouts& whereabouts, const std::string& storefront, bool json);

struct ImportOptions {
    Whereabouts whereabouts;
    std::string storefront;
    std::string file;
    bool strict = false;  // everything or nothing
    bool json = false;
};
/// Imports a product feed; names every bad row.
int import_feed(const ImportOptions& options);

struct ExportOptions {
    Whereabouts whereabouts;
    std::string storefront;
    bool xml = false;
};
/// Writes the catalogue to standard output, as import_feed() reads it.
int export_feed(const ExportOptions& options);

/// Prints effective values with their places: the whole storefront, or what stands at a path.
int show_config(const Whereabouts& whereabouts, const std::string& storefront, const std::string& path);

/// Writes the JSON Schemas that editors complete and check configuration files by: storefront.schema.json, with the
/// keys of every plugin found, and noren.schema.json.
int write_schemas(const Whereabouts& whereabouts, const std::filesystem::path& folder);

/// Lists the plugins found: id, version, kind, what they do.
int list_plugins(const Whereabouts& whereabouts, bool json);

struct StaffOptions {
    Whereabouts whereabouts;
    std::string email;
    std::string role = "manager";
    std::string qr;  // a file for the authenticator's QR code; empty: none
};
/// Adds a member of staff, or gives one a new password and role. Read from standard input: the password and, on a
/// second line if there is one, the authenticator's secret in base 32; without it a new member gets a new one. Prints
/// what they need for it.
int add_staff(const StaffOptions& options);
/// Gives a member of staff a new authenticator's secret and new recovery codes; the old ones hold no longer.
int reset_totp(const StaffOptions& options);

}  // namespace noren::app
