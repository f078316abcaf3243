#include <noren/carrier.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <variant>

#include "ems_data.hpp"
#include "tariff.hpp"

namespace noren::ems {
namespace {

// Japan Post's conditions for EMS. Some countries take less than 30 kg; no table of them is at hand.
constexpr std::int64_t most_g = 30000;
constexpr std::int64_t longest_mm = 1500;
constexpr std::int64_t length_and_girth_mm = 3000;
constexpr Money insured_free_up_to{20000, JPY};

/// A tariff of the data files and the first day of its force, in Japan.
struct Published {
    const char* name;
    std::chrono::year_month_day from;
};
constexpr std::array tariffs{Published{"2016-06", {std::chrono::year{2016}, std::chrono::June, std::chrono::day{1}}},
                             Published{"2022-06", {std::chrono::year{2022}, std::chrono::June, std::chrono::day{1}}}};
constexpr std::chrono::hours japan_is_ahead_by{9};

struct InForce {
    Instant from;
    Tariff tariff;
};

/// Earliest first. A tariff that was chosen by name holds on every day.
std::vector<InForce> chosen_tariffs(std::string_view choice) {
    const auto read = [](std::string_view name) {
        return Tariff(name, data::ems_rates_csv, data::japanpost_zones_csv);
    };
    std::vector<InForce> chosen;
    if (choice != "in_force") {
        chosen.push_back({Instant::min(), read(choice)});
        return chosen;
    }
    for (const auto& published : tariffs) {
        chosen.push_back({std::chrono::sys_days{published.from} - japan_is_ahead_by, read(published.name)});
    }
    return chosen;
}

class Ems final : public Carrier {
public:
    explicit Ems(const Settings& settings)
        : tariffs_(chosen_tariffs(settings["tariff"].text())),
          tariff_path_(settings["tariff"].path()),
          packing_g_(settings["packing"].weight().count()),
          accept_unverified_(settings["accept_unverified"].boolean()) {}

    QuotesT quotes(const QuotesRequestT& request, const Call& call, Http&) override {
        auto found = price(request, call.now());
        if (auto* why = std::get_if<ReasonT>(&found)) return only(refused_service("ems", std::move(*why)));
        return only(std::move(std::get<QuoteT>(found)));
    }

private:
    std::variant<QuoteT, ReasonT> price(const QuotesRequestT& request, Instant now) const {
        const auto* found = tariff_on(now);
        if (!found) return refused("no_tariff", {});
        const auto& tariff = *found;
        if (request.lines.empty()) return reason("nothing_to_ship");
        if (request.origin_country != "JP") return refused("not_served", {{"origin", request.origin_country}});
        if (request.currency != "JPY") return reason("other_currency", {}, {{"currency", "JPY"}});

        const auto& country = request.destination->country;
        const auto zone = tariff.zone_of(country);
        if (!zone) return refused("not_served", {{"country", std::string{cut(country, 8)}}});
        if (auto oversize = does_not_fit(request.lines)) return std::move(*oversize);

        auto weighed = weigh(request);
        if (auto* why = std::get_if<ReasonT>(&weighed)) return std::move(*why);
        const auto grams = std::get<std::int64_t>(weighed);
        const auto step = tariff.step_for(zone->name, grams);
        if (!step || grams > most_g) return too_heavy();
        if (!accept_unverified_ && !(zone->verified && step->verified)) {
            return refused("unverified_rate", {{"country", country}});
        }

        auto offered = quote("ems", "EMS", {step->jpy, JPY}, 0, 0);  // the tariff promises no number of days
        offered.tracked = true;
        offered.insured_up_to = wire_money(insured_free_up_to);
        offered.limits = std::make_unique<LimitsT>();
        offered.limits->weight_g = most_g;
        offered.limits->longest_mm = longest_mm;
        offered.limits->length_and_girth_mm = length_and_girth_mm;
        offered.source = "Japan Post EMS tariff " + tariff.name() + ", zone " + zone->name + ", up to " +
                         std::to_string(step->up_to_g) + " g";
        return offered;
    }

    const Tariff* tariff_on(Instant now) const {
        const auto later = std::find_if(tariffs_.begin(), tariffs_.end(), [now](auto& one) { return one.from > now; });
        return later == tariffs_.begin() ? nullptr : &std::prev(later)->tariff;
    }

    // Each item must fit by itself; how items lie in a box is not reckoned. Sides not known are not judged.
    std::optional<ReasonT> does_not_fit(const std::vector<LineT>& lines) const {
        for (std::size_t i = 0; i < lines.size(); ++i) {
            std::array<std::int64_t, 3> sides{lines[i].length_mm, lines[i].width_mm, lines[i].height_mm};
            std::sort(sides.begin(), sides.end());
            const auto [height, width, length] = sides;
            if (length > longest_mm) return at(i, refused("too_long", {{"limit", millimetres(longest_mm)}}));
            if (height > 0 && length + 2 * (width + height) > length_and_girth_mm) {
                return at(
                    i, refused("too_long", {{"limit", millimetres(length_and_girth_mm)}, {"of", "length and girth"}}));
            }
        }
        return std::nullopt;
    }

    // Stops as soon as it is too much, so that no sum can overflow.
    std::variant<std::int64_t, ReasonT> weigh(const QuotesRequestT& request) const {
        for (std::size_t i = 0; i < request.lines.size(); ++i) {
            if (request.lines[i].quantity <= 0) return at(i, reason("nothing_to_ship"));
            if (request.lines[i].weight_g <= 0) return at(i, reason("unknown_weight"));
        }
        if (request.packing_g < 0) return reason("unknown_weight");
        if (request.packing_g > most_g) return too_heavy();
        auto sum = packing_g_ + request.packing_g;
        for (const auto& line : request.lines) {
            if (line.weight_g > most_g || line.quantity > most_g) return too_heavy();
            sum += line.weight_g * line.quantity;
            if (sum > most_g) return too_heavy();
        }
        return sum;
    }

    ReasonT refused(std::string_view code, std::initializer_list<std::pair<std::string_view, std::string>> told) const {
        return reason(code, tariff_path_, told);
    }
    ReasonT too_heavy() const { return refused("too_heavy", {{"limit", std::to_string(most_g) + " g"}}); }
    static ReasonT at(std::size_t line, ReasonT why) {
        why.line = static_cast<std::int32_t>(line);
        return why;
    }
    static std::string millimetres(std::int64_t length) { return std::to_string(length) + " mm"; }

    std::vector<InForce> tariffs_;
    std::string tariff_path_;
    std::int64_t packing_g_;
    bool accept_unverified_;
};

}  // namespace
}  // namespace noren::ems

NOREN_CARRIER(noren::ems::Ems)
