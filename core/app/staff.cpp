#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "app/commands.hpp"
#include "app/opened.hpp"
#include "app/qr.hpp"
#include "app/staff_desk.hpp"

namespace noren::app {
namespace {

/// Says what the member needs besides the password; it is not said again.
void hand_over(const StaffOptions& options, const customers::SecondFactor& factor) {
    const auto uri = customers::otpauth_uri("Noren", options.email, factor.secret);
    std::printf("authenticator:  %s\n", uri.c_str());
    if (!options.qr.empty()) {
        const auto mask = umask(077);
        std::ofstream file(options.qr);
        umask(mask);
        file << qr_svg(uri);
        if (!file.flush()) throw std::runtime_error("cannot write " + options.qr);
        std::printf("as a QR code:   %s (delete it when it was read)\n", options.qr.c_str());
    }
    std::printf("recovery codes, each good for one sign-in without the authenticator:\n");
    for (const auto& code : factor.recovery_codes) std::printf("  %s\n", code.c_str());
}

}  // namespace

int add_staff(const StaffOptions& options) {
    const auto word = std::find(customers::role_words.begin(), customers::role_words.end(), options.role);
    if (word == customers::role_words.end()) {
        std::fprintf(stderr,
                     "noren: there is no role '%s'; there are owner, manager, support, warehouse and read_only\n",
                     options.role.c_str());
        return 2;
    }
    std::string password;
    std::getline(std::cin, password);
    std::string typed_secret;
    std::getline(std::cin, typed_secret);
    std::optional<customers::TotpSecret> secret;
    if (!typed_secret.empty()) {
        secret = customers::from_base32(typed_secret);
        if (!secret || secret->size() < 16) {
            std::fprintf(stderr,
                         "noren: the second line is no authenticator's secret (base 32, 26 characters or more)\n");
            return 2;
        }
    }
    Opened opened(options.whereabouts, Gateways::closed);
    StaffDesk desk(*opened.process);
    const auto added = desk.staff.put(options.email, options.email.substr(0, options.email.find('@')), password, "",
                                      from_word<customers::Role>(customers::role_words, options.role));
    if (!added) {
        std::fprintf(stderr,
                     "noren: the e-mail address or the password is not taken (at least 8 characters, none of the most "
                     "guessed)\n");
        return 1;
    }
    std::printf("%s may use the console as %s\n", options.email.c_str(), options.role.c_str());
    if (secret || !desk.staff.is_enrolled(*added)) hand_over(options, desk.staff.enrol(*added, std::move(secret)));
    return 0;
}

int reset_totp(const StaffOptions& options) {
    Opened opened(options.whereabouts, Gateways::closed);
    StaffDesk desk(*opened.process);
    const auto id = desk.staff.find(options.email);
    if (!id) {
        std::fprintf(stderr, "noren: nobody of the address '%s' may use the console\n", options.email.c_str());
        return 1;
    }
    hand_over(options, desk.staff.enrol(*id));
    return 0;
}

}  // namespace noren::app
