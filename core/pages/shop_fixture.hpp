// A shop for tests: a real storefront on SQLite in memory, with policies, a carrier and a provider that lambdas play.
#pragma once

#include <gtest/gtest.h>

#include <regex>

#include "http/router.hpp"
#include "settings/core_schemas.hpp"
#include "settings/effective.hpp"
#include "storefront/storefront.hpp"

namespace noren::pages::testing {

/// Sends everywhere for 1,200 JPY, but not to AQ.
class Post final : public carriers::Carrier {
public:
    Result<wire::QuotesT, std::string> quotes(const wire::QuotesRequestT& request) override {
        wire::QuotesT quotes;
        if (request.destination->country == "AQ") {
            quotes.refused.emplace_back();
            quotes.refused.back().service = "post";
            quotes.refused.back().reasons.emplace_back();
            quotes.refused.back().reasons.back().code = "not_served";
            return quotes;
        }
        quotes.quotes.emplace_back();
        quotes.quotes.back().service = "post";
        quotes.quotes.back().name = "Post";
        quotes.quotes.back().price = std::make_unique<wire::MoneyT>();
        quotes.quotes.back().price->minor = 1200;
        quotes.quotes.back().price->currency = "JPY";
        return quotes;
    }
};

/// A provider where everybody approves.
class Bank final : public payments::Gateway {
public:
    Answer begin(const payments::Attempt& attempt, const payments::Details&) override {
        Answer answer;
        answer.outcome.kind = wire::OutcomeKind::Pending;
        answer.outcome.awaiting = wire::Awaiting::CustomerApproval;
        answer.outcome.provider_ref = "ref-" + id_text(attempt.id.value);
        answer.outcome.redirect_url = "https://bank.example/approve/1";
        return answer;
    }
    Answer capture(const payments::Attempt& attempt) override {
        ++captures;
        Answer answer;
        answer.outcome.kind = wire::OutcomeKind::Done;
        answer.outcome.provider_ref = attempt.provider_ref;
        answer.outcome.capture_ref = "capture-1";
        answer.outcome.amount = std::make_unique<wire::MoneyT>();
        answer.outcome.amount->minor = attempt.amount.minor();
        answer.outcome.amount->currency = attempt.amount.currency().code();
        return answer;
    }
    Answer status(const payments::Attempt& attempt, const payments::Details& details) override {
        return begin(attempt, details);
    }
    bool refunds() const override { return true; }
    Answer refund(const payments::Attempt&, const payments::Refund& refund) override {
        Answer answer;
        answer.outcome.kind = wire::OutcomeKind::Done;
        answer.outcome.refund_ref = "refund-" + id_text(refund.id.value);
        answer.outcome.amount = std::make_unique<wire::MoneyT>();
        answer.outcome.amount->minor = refund.amount.minor();
        answer.outcome.amount->currency = refund.amount.currency().code();
        return answer;
    }
    std::optional<wire::WebhookEventT> webhook(const payments::WebhookMessage&) override { return std::nullopt; }

    int captures = 0;
};

class NoMail final : public outbox::Transport {
public:
    Result<void, outbox::NotAccepted> send(const outbox::Envelope&, const std::string&) override { return {}; }
};

inline bool is_pre_order(const wire::LineT& line) {
    return line.sale_state == "pre_order";
}

/// Sells what is on hand, by post, through the bank unless to Peru, and asks for money at once; pre-orders go apart,
/// and their payment is asked for later.
inline wire::VerdictT judge(const wire::FactsT& facts) {
    wire::VerdictT verdict;
    verdict.effect = wire::Effect::Allow;
    if (facts.point == wire::Point::Sell) {
        for (std::size_t i = 0; i < facts.order->lines.size(); ++i) {
            verdict.limits.emplace_back();
            verdict.limits.back().line = static_cast<std::int32_t>(i);
            verdict.limits.back().at_most = static_cast<std::int32_t>(facts.order->lines[i].on_hand);
            verdict.limits.back().source = "on_hand";
        }
    }
    for (const auto& method : facts.methods) {
        verdict.methods.emplace_back();
        auto& said = verdict.methods.back();
        said.name = method.name;
        said.effect = wire::Effect::Allow;
        const auto& to = facts.order->destination ? facts.order->destination->country : "";
        if (method.name == "bank" && to == "PE") {
            said.effect = wire::Effect::Deny;
            said.reasons.emplace_back();
            said.reasons.back().code = "country_excluded";
            said.reasons.back().severity = wire::Severity::Refusal;
            said.reasons.back().path = "country";
        }
    }
    if (facts.point == wire::Point::Cancel) {
        for (std::size_t i = 0; i < facts.order->lines.size(); ++i) {
            verdict.lines.emplace_back();
            verdict.lines.back().line = static_cast<std::int32_t>(i);
            verdict.lines.back().effect = wire::Effect::Allow;
        }
    }
    if (facts.point == wire::Point::Partition) {
        for (const auto& line : facts.order->lines) verdict.groups.push_back(is_pre_order(line) ? 1 : 0);
    }
    const bool any_pre_order =
        facts.order && std::any_of(facts.order->lines.begin(), facts.order->lines.end(), is_pre_order);
    if (facts.point == wire::Point::Invoice && any_pre_order) {
        verdict.effect = wire::Effect::Wait;
    } else if (facts.point == wire::Point::Invoice) {
        verdict.reasons.emplace_back();
        verdict.reasons.back().code = "payment_due";
        verdict.reasons.back().severity = wire::Severity::Info;
        verdict.reasons.back().path = "time_zone";
        verdict.due = std::make_unique<wire::DueT>();
        verdict.due->within = std::make_unique<wire::SpanValueT>();
        verdict.due->within->count = 7;
        verdict.due->within->unit = "d";
    }
    return verdict;
}

inline policies::Voter voter() {
    policies::Voter voter;
    voter.id = "house_rules";
    voter.version = "1.0.0";
    voter.decides = {wire::Point::Sell,   wire::Point::OfferPayment, wire::Point::OfferShipping, wire::Point::Invoice,
                     wire::Point::Cancel, wire::Point::Change,       wire::Point::Partition};
    voter.ask = [](std::span<const std::uint8_t> bytes) -> Result<std::vector<std::uint8_t>, std::string> {
        wire::FactsT facts;
        noren_fb::GetRoot<wire::Request>(bytes.data())->ask_as_Facts()->UnPackTo(&facts);
        wire::ReplyT reply;
        reply.answer.Set(judge(facts));
        noren_fb::FlatBufferBuilder builder;
        builder.Finish(wire::Reply::Pack(builder, &reply));
        return std::vector<std::uint8_t>(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
    };
    return voter;
}

/// One browser: it keeps its cookie and finds the CSRF token in the page it was last shown.
class Browser {
public:
    explicit Browser(const http::Router& router) : router_(router) {}

    http::Response get(const std::string& target) { return send(http::Method::get, target, {}); }
    http::Response post(const std::string& target, std::vector<std::pair<std::string, std::string>> form) {
        if (!csrf.empty()) form.emplace_back("csrf", csrf);
        return send(http::Method::post, target, form);
    }

    std::string page;  // the last body
    std::string csrf;

    /// The value of a hidden field of the last page.
    std::string hidden(const std::string& name) const {
        std::smatch found;
        const std::regex field("name=\"" + name + "\" value=\"([^\"]*)\"");
        if (!std::regex_search(page, found, field)) return {};
        return std::regex_replace(found[1].str(), std::regex("&(quot|#34|#x22);"), "\"");
    }

private:
    static std::string encoded(const std::string& text) {
        static constexpr char digits[] = "0123456789ABCDEF";
        std::string out;
        for (const unsigned char c : text) {
            if (std::isalnum(c) != 0) {
                out += static_cast<char>(c);
            } else {
                out += {'%', digits[c >> 4], digits[c & 15]};
            }
        }
        return out;
    }

    http::Response send(http::Method method, const std::string& target,
                        const std::vector<std::pair<std::string, std::string>>& form) {
        http::Request request;
        request.method = method;
        request.target = *http::parse_target(target);
        request.host = "shop.example";
        request.authority = "shop.example";
        request.id = "request-1";
        request.peer = "192.0.2.1";
        if (!cookie_.empty()) request.fields.add("Cookie", cookie_);
        if (method == http::Method::post) {
            request.fields.add("Content-Type", "application/x-www-form-urlencoded");
            for (const auto& [name, value] : form) {
                request.body += (request.body.empty() ? "" : "&") + encoded(name) + "=" + encoded(value);
            }
        }
        auto response = router_.handle(request);
        for (const auto line : response.headers().all("Set-Cookie"))
            cookie_ = std::string(line.substr(0, line.find(';')));
        if (!response.body().empty()) page = std::string(response.body());
        if (const auto found = hidden("csrf"); !found.empty()) csrf = found;
        return response;
    }

    const http::Router& router_;
    std::string cookie_;
};

inline std::string location(const http::Response& response) {
    return std::string(response.headers().one("Location").value_or(""));
}

class ShopFixture : public ::testing::Test {
protected:
    ShopFixture() {
        const std::map<std::string, std::string> texts{
            {"storefronts/corner.yaml",
             "name: Corner Shop\nhosts: [shop.example]\npublic_url: http://shop.example\n"
             "country: JP\ntime_zone: Asia/Tokyo\ncurrency: JPY\nlanguages: [en]\n"
             "pages:\n"
             "  notices:\n"
             "    prototypes: {pages: [product], text: Pictures may show prototypes.}\n"
             "    duty: {pages: [product, confirm], text: Duty is <yours>.}\n"
             "    cards: {pages: [payment], text: We never see card numbers.}\n"
             "  conditions:\n"
             "    used:\n"
             "      hide: [pictures, description]\n"
             "      ranking: [{grade: A, meaning: As new.}, {grade: B, meaning: Opened.}]\n"
             "  contact:\n"
             "    email: help@shop.example\n"
             "    phone: {number: 03-0000-0000, days: [mon, tue, wed, thu, fri], opens: '12:00', closes: '17:00'}\n"}};
        settings::ContentSource files(texts);
        settings::Layers layers(files, settings::storefront_schema());
        settings::Schemas schemas(settings::storefront_schema());
        auto effective =
            std::make_shared<settings::Effective>(settings::check(layers, schemas, "storefronts/corner.yaml"));
        if (!*effective) throw std::runtime_error(settings::to_string(effective->faults));

        storefront::Surroundings around{clock_,
                                        entropy_,
                                        ids_,
                                        open(store::Content::books),
                                        open(store::Content::visits),
                                        {},
                                        {},
                                        {},
                                        transport_,
                                        passwords_,
                                        [](const auto&, const auto& name, const auto&, const auto&) {
                                            return storefront::Letter{name, name, {}};
                                        },
                                        [this](const auto&, const auto& wish) {
                                            last_token_ = wish.token;
                                            return storefront::Letter{wish.letter, wish.letter, {}};
                                        }};
        around.voters.push_back(voter());
        around.carriers["post"] = std::make_unique<Post>();
        auto bank = std::make_unique<Bank>();
        bank_ = bank.get();
        around.gateways["bank"] = std::move(bank);
        shop_ = std::make_unique<storefront::Storefront>(std::move(effective), std::move(around));
        list("A-1", "A blue kettle", 3);
        list("B-2", "A <script>alert(1)</script> lamp", 9);
    }

    static std::unique_ptr<store::Store> open(store::Content content) {
        return store::open(store::SqliteLocation{":memory:", false}, content);
    }

    void list(const std::string& sku, const std::string& title, std::int64_t on_hand,
              const std::string& state = "in_stock") {
        shop_->books.transact([&](store::Transaction& tx) {
            catalog::Item item;
            item.sku = sku;
            item.title = title;
            item.price = Money{2500, shop_->identity.currency};
            item.sale_state = state;
            item.category = "Kitchen > Kettles";
            item.weight = Grams{400};
            shop_->catalog.put(tx, item);
            if (on_hand > 0) shop_->stock.receive(tx, sku, stock::Source::on_hand, on_hand, "test");
        });
    }

    using Form = std::vector<std::pair<std::string, std::string>>;

    static Form contact(const std::string& country = "US") {
        return {{"email", "mei@mail.example"}, {"name", "Mei"},      {"street_1", "1 Long Road"},
                {"city", "Springfield"},       {"country", country}, {"postal_code", "12345"}};
    }

    /// Puts one unit of A-1 into the cart and goes through the steps up to the last.
    static void prepare(Browser& browser, const Form& address = contact()) {
        browser.get("/products/A-1");
        browser.post("/cart", {{"sku", "A-1"}, {"quantity", "1"}});
        browser.get("/checkout/address");
        browser.post("/checkout/address", address);
        browser.post("/checkout/shipping", {{"shipping", "post"}});
        browser.post("/checkout/payment", {{"payment", "bank"}});
        browser.get("/checkout/confirm");
    }

    /// The last step's button.
    static Form placing(const Browser& browser) {
        return {{"quote", browser.hidden("quote")}, {"idempotency_key", browser.hidden("idempotency_key")}};
    }

    /// Orders one unit of A-1; the order's number.
    std::string buy(Browser& browser, const Form& address = contact()) {
        prepare(browser, address);
        const auto placed = browser.post("/checkout/confirm", placing(browser));
        const auto to = location(placed);
        const std::string start = "/orders/";
        if (!to.starts_with(start)) return "not placed: " + std::to_string(placed.status()) + browser.page;
        return to.substr(start.size(), to.find('?') - start.size());
    }

    VirtualClock clock_{instant_from_us(1'499'043'600'000'000)};
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    customers::Passwords passwords_{entropy_, {64, 1}, {2, 64}};
    NoMail transport_;
    Bank* bank_ = nullptr;
    std::string last_token_;
    std::unique_ptr<storefront::Storefront> shop_;
};

}  // namespace noren::pages::testing
