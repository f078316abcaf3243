// What customers see of their account.
#pragma once

#include "pages/checkout_models.hpp"

namespace noren::pages::shop {

struct LogIn {
    Input email;
    std::optional<Message> error;  // log_in.<code>
    std::string return_to;         // a path of this site
    static const Shape& shape() {
        static const Shape shape{
            "log_in",
            {must<&LogIn::email>("email"), must<&LogIn::error>("error"), must<&LogIn::return_to>("return_to")}};
        return shape;
    }
};

struct Register {
    std::vector<FormFault> faults;
    Input email;
    Input name;
    CountryInput country;
    std::vector<Reason> reasons;
    static const Shape& shape() {
        static const Shape shape{
            "register",
            {must<&Register::faults>("faults"), must<&Register::email>("email"), must<&Register::name>("name"),
             must<&Register::country>("country"), must<&Register::reasons>("reasons")}};
        return shape;
    }
};

/// Asks where to send the link for a new password.
struct ForgottenPassword {
    std::vector<FormFault> faults;
    Input email;
    std::vector<Reason> reasons;
    static const Shape& shape() {
        static const Shape shape{"forgotten_password",
                                 {must<&ForgottenPassword::faults>("faults"), must<&ForgottenPassword::email>("email"),
                                  must<&ForgottenPassword::reasons>("reasons")}};
        return shape;
    }
};

/// Behind the link of a mail: the first password of an account, or another one.
struct NewPassword {
    bool is_first = false;
    std::string token;
    Url action;
    std::optional<Message> error;  // field.<code>, log_in.<code>
    static const Shape& shape() {
        static const Shape shape{"new_password",
                                 {must<&NewPassword::is_first>("is_first"), must<&NewPassword::token>("token"),
                                  must<&NewPassword::action>("action"), must<&NewPassword::error>("error")}};
        return shape;
    }
};

struct Account {
    std::string email;
    std::vector<Link> lists;
    static const Shape& shape() {
        static const Shape shape{"account", {must<&Account::email>("email"), must<&Account::lists>("lists")}};
        return shape;
    }
};

struct AddressBook {
    std::vector<KeptAddress> kept;
    static const Shape& shape() {
        static const Shape shape{"address_book", {must<&AddressBook::kept>("kept")}};
        return shape;
    }
};

/// An address of the book, to be changed, or a new one.
struct AddressEntry {
    std::vector<FormFault> faults;
    bool is_new = false;
    Url action;
    AddressForm form;
    static const Shape& shape() {
        static const Shape shape{"address_entry",
                                 {must<&AddressEntry::faults>("faults"), must<&AddressEntry::is_new>("is_new"),
                                  must<&AddressEntry::action>("action"), must<&AddressEntry::form>("form")}};
        return shape;
    }
};

}  // namespace noren::pages::shop
