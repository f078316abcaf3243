#include "simulation/scenario.hpp"

#include <charconv>
#include <set>
#include <stdexcept>

#include "settings/literals.hpp"
#include "settings/yaml.hpp"

namespace noren::simulation {

extern const std::string_view schema_text;  // scenario.schema.yaml

namespace {

using settings::Faults;
using settings::Value;

settings::SchemaPtr schema() {
    static const settings::SchemaPtr read = [] {
        auto parsed = settings::parse_schema(schema_text, "core/simulation/scenario.schema.yaml");
        if (!parsed)
            throw std::logic_error("the schema of scenarios is faulty:\n" + settings::to_string(parsed.error()));
        return *parsed;
    }();
    return read;
}

/// Finds what a schema cannot: names that nobody gave.
class Names {
public:
    Faults check(const Value& scenario) {
        instant(scenario["start"]);
        for (const auto& item : scenario["items"].items()) declare(item["sku"], items_, "item");
        for (const auto& step : scenario["steps"].items()) check_step(step.entries().front());
        return std::move(faults_);
    }

private:
    using Known = std::set<std::string>;

    void check_step(const Value& step) {
        const auto& what = step.key();
        if (what == "customer") {
            if (const auto household = step["household"]) refer(household, customers_, "customer");
            declare(step["as"], customers_, "customer");
        } else if (what == "item" || what == "expect_stock") {
            refer(step["sku"], items_, "item");
        } else if (what == "order") {
            check_cart(step);
            for (const auto& line : step["lines"].items()) refer(line["sku"], items_, "item");
            declare(step["as"], orders_, "order");
            for (const auto& further : step["further"].items()) declare(further, orders_, "order");
        } else if (what == "staff") {
            check_staff(step.entries().front());
        } else if (what == "confirm") {
            refer(step, orders_, "order");
        } else if (what == "expect_standing") {
            refer(step["of"], customers_, "customer");
        } else if (what == "expect_mails") {
            refer(step["to"], customers_, "customer");
        } else if (what == "expect_refused") {
            check_refused(step);
        } else if (what == "expect_offers") {
            check_cart(step);
        } else if (what == "expect_history") {
            refer(step["by"], customers_, "customer");
            for (const auto& order : step["orders"].items()) refer(order, orders_, "order");
        } else if (what == "expect_estimate") {
            if (bool(step["shipping"]) == bool(step["refused"])) {
                faults_.push_back(settings::fault_at(step.origin(), "what is estimated",
                                                     step["refused"] ? "both" : "nothing", "`shipping` or `refused`"));
            }
            for (const auto& line : step["lines"].items()) refer(line["sku"], items_, "item");
        } else if (what == "advance" || what == "feed" || what == "expect_calendar") {
            return;
        } else {  // pay, provider, cancel, change, expect, expect_cancellable, expect_mail, expect_no_mail
            refer(step["order"], orders_, "order");
            if (what == "cancel") check_items(step["items"]);
            if (what == "expect_cancellable") {
                for (const auto& until : step["until"].entries()) {
                    if (until.text() != "none") instant(until);
                }
            }
            if (what == "expect" && step["deadline"] && step.text("deadline") != "none") instant(step["deadline"]);
            if (what == "expect_mail" && step["at"]) instant(step["at"]);
        }
    }

    void check_items(const Value& list) {
        for (const auto& sku : list.items()) refer(sku, items_, "item");
    }

    void check_staff(const Value& act) {
        const auto& what = act.key();
        if (what == "give_up") {
            refer(act, items_, "item");
        } else if (what == "receive") {
            refer(act["sku"], items_, "item");
        } else if (what == "take_out" || what == "change" || what == "ship" || what == "refund") {
            refer(act["order"], orders_, "order");
            if (what == "take_out") check_items(act["items"]);
        } else {  // invoice, cancel, deliver, settle
            refer(act, orders_, "order");
        }
    }

    void check_refused(const Value& step) {
        int asked = 0;
        for (const auto* what : {"order", "pay", "cancel", "change", "staff_change", "register"}) {
            if (step[what]) ++asked;
        }
        if (asked != 1) {
            faults_.push_back(
                settings::fault_at(step.origin(), "what must be refused", asked == 0 ? "nothing" : "several",
                                   "one of `order`, `pay`, `cancel`, `change`, `staff_change`, `register`"));
        }
        if (const auto order = step["order"]) check_cart(order);
        if (const auto pay = step["pay"]) refer(pay, orders_, "order");
        for (const auto* what : {"cancel", "change", "staff_change"}) {
            if (const auto act = step[what]) refer(act["order"], orders_, "order");
        }
        if (const auto cancel = step["cancel"]) check_items(cancel["items"]);
    }

    /// A customer and lines; an item stands in a cart once.
    void check_cart(const Value& step) {
        refer(step["by"], customers_, "customer");
        Known seen;
        for (const auto& line : step["lines"].items()) {
            if (!seen.insert(line.text("sku")).second) {
                faults_.push_back(settings::fault_at(line["sku"].origin(), "an item stands in a cart once",
                                                     line.text("sku"), "one line with the quantity of both"));
            }
        }
    }

    void declare(const Value& name, Known& known, const std::string& kind) {
        if (known.insert(name.text()).second) return;
        faults_.push_back(settings::fault_at(name.origin(), "there is such " + article(kind) + " already", name.text(),
                                             "another name"));
    }

    void refer(const Value& name, const Known& known, const std::string& kind) {
        if (known.contains(name.text())) return;
        faults_.push_back(settings::fault_at(name.origin(), "no line above names such " + article(kind), name.text(),
                                             {}, settings::nearest(name.text(), known)));
    }

    void instant(const Value& text) {
        if (instant_from(text.text())) return;
        faults_.push_back(settings::fault_at(text.origin(), "no instant", text.text(),
                                             "one with its offset, such as 2017-07-03T10:00+09:00"));
    }

    static std::string article(const std::string& noun) {
        return (std::string_view("aeiou").find(noun.front()) == std::string_view::npos ? "a " : "an ") + noun;
    }

    Known customers_;
    Known orders_;
    Known items_;
    Faults faults_;
};

std::optional<int> two_digits(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.size() != 2 || error != std::errc{} || end != text.data() + 2 || number < 0) return std::nullopt;
    return number;
}

/// Minutes east of UTC: `Z`, `+09:00`, `-05:30`.
std::optional<int> offset_from(std::string_view text) {
    if (text == "Z") return 0;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
    const auto hours = two_digits(text.substr(1, 2));
    const auto minutes = two_digits(text.substr(4));
    if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
    const int east = *hours * 60 + *minutes;
    return text[0] == '+' ? east : -east;
}

}  // namespace

std::optional<Instant> instant_from(std::string_view text) {
    constexpr std::size_t date_size = 10;
    constexpr std::size_t minutes_size = 16;
    if (text.size() < minutes_size + 1 || text[date_size] != 'T') return std::nullopt;
    const auto date = settings::date_from(text.substr(0, date_size));
    const auto time = settings::time_of_day_from(text.substr(date_size + 1, 5));
    auto rest = text.substr(minutes_size);
    std::optional<int> seconds = 0;
    if (rest.front() == ':') {
        seconds = two_digits(rest.substr(1, 2));
        rest = rest.substr(std::min<std::size_t>(3, rest.size()));
    }
    const auto offset = offset_from(rest);
    if (!date || !time || !seconds || *seconds > 59 || !offset) return std::nullopt;
    return Instant{std::chrono::days{date->days} + std::chrono::minutes{time->minutes - *offset} +
                   std::chrono::seconds{*seconds}};
}

Result<Scenario, Faults> Scenario::read(std::string_view text, std::string_view name) {
    auto root = settings::parse(text, name);
    if (!root) return refuse(std::move(root).error());
    auto faults = settings::validate(**root, *schema());
    Scenario scenario(std::string(name), *std::move(root), schema());
    if (faults.empty()) faults = Names().check(scenario.value());
    settings::sort(faults);
    if (!faults.empty()) return refuse(std::move(faults));
    return scenario;
}

}  // namespace noren::simulation
