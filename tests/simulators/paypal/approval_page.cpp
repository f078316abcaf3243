#include "approval_page.hpp"

namespace noren::simulators::paypal {

namespace {

std::string page(const std::string& title, const std::string& main) {
    return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
           title +
           "</title>\n<style>\n"
           "body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#f4f5f7}\n"
           "main{max-width:28rem;margin:2rem auto;padding:1.5rem 2rem;background:#fff;border-radius:.5rem}\n"
           ".note{font-size:.9rem;color:#4a4a4a}\n.amount{font-size:1.75rem;margin:.5rem 0}\n"
           "fieldset{border:1px solid #767676;border-radius:.25rem;margin:1rem 0}\nlabel{display:block;padding:.35rem "
           "0}\n"
           "button{font:inherit;padding:.6rem 1.2rem;border-radius:.25rem;border:1px solid #003087;cursor:pointer}\n"
           ".yes{background:#003087;color:#fff}\n.no{background:#fff;color:#003087}\n"
           "</style>\n</head>\n<body>\n<main>\n<p class=\"note\">PayPal simulator: no money moves here.</p>\n" +
           main + "</main>\n</body>\n</html>\n";
}

std::string choice(const char* value, const char* text, bool chosen) {
    return std::string("<label><input type=\"radio\" name=\"funding\" value=\"") + value + "\"" +
           (chosen ? " checked" : "") + "> " + text + "</label>\n";
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '&': safe += "&amp;"; break;
            case '<': safe += "&lt;"; break;
            case '>': safe += "&gt;"; break;
            case '"': safe += "&quot;"; break;
            case '\'': safe += "&#39;"; break;
            default: safe += c;
        }
    }
    return safe;
}

std::string approval_page(const Order& order) {
    const auto shop = order.experience("brand_name");
    const bool by_card = order.experience("landing_page") == "GUEST_CHECKOUT";
    const bool at_once = order.experience("payment_method_preference") == "IMMEDIATE_PAYMENT_REQUIRED";
    std::string amounts;
    for (const auto& unit : order.asked["purchase_units"]) {
        amounts += "<p class=\"amount\">" + escaped(unit["amount"]["value"].get<std::string>()) + " " +
                   escaped(unit["amount"]["currency_code"].get<std::string>()) + "</p>\n";
        if (const auto text = unit.value("description", ""); !text.empty()) amounts += "<p>" + escaped(text) + "</p>\n";
    }
    const auto heading =
        std::string(by_card ? "Pay by card" : "Pay with PayPal") + (shop.empty() ? "" : " at " + escaped(shop));
    if (!order.waits_for_payer()) {
        return page(heading, "<h1>" + heading + "</h1>\n" + amounts + "<p>You have approved this payment. <a href=\"" +
                                 escaped(order.experience("return_url")) + "\">Back to the shop</a></p>\n");
    }
    return page(
        heading,
        "<h1>" + heading + "</h1>\n" + amounts + "<form method=\"post\" action=\"/checkoutnow?token=" + order.id +
            "\">\n<fieldset>\n<legend>Pay from</legend>\n" +
            choice("balance", by_card ? "Card (accepted)" : "PayPal balance", true) +
            (at_once ? "" : choice("echeck", "Bank account (eCheck: clears days later)", false)) +
            choice("declined_card", "Card (declined by its bank)", false) +
            "</fieldset>\n<p><button class=\"yes\" name=\"decision\" value=\"approve\">Approve</button>\n"
            "<button class=\"no\" name=\"decision\" value=\"cancel\">Cancel and return to the shop</button></p>\n"
            "</form>\n");
}

std::string gone_page() {
    return page("Payment not found",
                "<h1>Payment not found</h1>\n<p>It does not exist, or three hours have passed without an approval. "
                "Please start again in the shop.</p>\n");
}

}  // namespace noren::simulators::paypal
