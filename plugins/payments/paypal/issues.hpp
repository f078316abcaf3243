// What PayPal's issue codes mean for a payment (issues.csv).
#pragma once

#include <string_view>

namespace noren::paypal {

enum class Meaning {
    approve,  ///< the payer has to approve, once more or with other means
    ask,      ///< it was done before: the order tells
    expired,  ///< the approval came too late or never
    payer,    ///< refused because of the payer or what they pay with
    shop,     ///< refused because of the shop's account
    request,  ///< refused because of what we sent
    unclear,  ///< neither yes nor no; also every code that PayPal has not published
};

Meaning meaning_of(std::string_view issue);

}  // namespace noren::paypal
