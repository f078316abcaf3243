#include <cstdio>
#include <iostream>

#include "app/commands.hpp"
#include "app/opened.hpp"
#include "app/staff_desk.hpp"

namespace noren::app {

int add_staff(const Whereabouts& whereabouts, const std::string& email, const std::string& role) {
    const auto word = std::find(customers::role_words.begin(), customers::role_words.end(), role);
    if (word == customers::role_words.end()) {
        std::fprintf(stderr,
                     "noren: there is no role '%s'; there are owner, manager, support, warehouse and read_only\n",
                     role.c_str());
        return 2;
    }
    std::string password;
    std::getline(std::cin, password);
    Opened opened(whereabouts, Gateways::closed);
    StaffDesk desk(*opened.process);
    const auto added = desk.staff.put(email, email.substr(0, email.find('@')), password, "",
                                      from_word<customers::Role>(customers::role_words, role));
    if (!added) {
        std::fprintf(stderr,
                     "noren: the e-mail address or the password is not taken (at least 8 characters, none of the most "
                     "guessed)\n");
        return 1;
    }
    std::printf("%s may use the console as %s\n", email.c_str(), role.c_str());
    return 0;
}

}  // namespace noren::app
