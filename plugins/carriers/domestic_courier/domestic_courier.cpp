#include <noren/carrier.hpp>

#include <algorithm>
#include <limits>
#include <variant>

namespace noren::domestic_courier {
namespace {

constexpr const char* service = "courier";
constexpr std::int64_t most_mm = 1000000;  // no item has a longer side; sums of three cannot overflow

struct Size {
    std::int64_t sides_mm;
    std::int64_t weight_g;
    Money fee;
};

struct Region {
    std::vector<std::string> names;
    Money extra;
    bool served;
    std::string path;
};

std::string lower(std::string_view text) {
    std::string made{text};
    for (auto& letter : made) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return made;
}

class DomesticCourier final : public Carrier {
public:
    explicit DomesticCourier(const Settings& settings)
        : country_(settings.country()),
          currency_(settings.currency()),
          name_(settings["name"].text()),
          path_(settings.root().path()),
          sizes_path_(settings["sizes"].path()),
          packing_g_(settings["packing"].weight().count()),
          min_days_(static_cast<std::int32_t>(settings["days"]["from"].integer())),
          max_days_(static_cast<std::int32_t>(settings["days"]["to"].integer())) {
        if (bool(settings["fee"]) == bool(settings["sizes"])) {
            throw SettingError(path_, "names either `fee` or `sizes`");
        }
        if (min_days_ > max_days_) throw SettingError(settings["days"].path(), "ends before it begins");
        if (const auto fee = settings["fee"]) {
            constexpr auto any = std::numeric_limits<std::int64_t>::max();
            sizes_.push_back({any, any, fee.money()});
        }
        for (const auto& size : settings["sizes"].items()) {
            sizes_.push_back({size["sides"].length().count(), size["weight"].weight().count(), size["fee"].money()});
            weighs_ = true;
        }
        for (const auto& region : settings["regions"].items()) add(region);
        if (const auto from = settings["free_from"]) free_from_ = from.money();
    }

    QuotesT quotes(const QuotesRequestT& request, const Call&, Http&) override {
        auto found = price(request);
        if (auto* why = std::get_if<ReasonT>(&found)) return only(refused_service(service, std::move(*why)));
        auto offered = quote(service, name_, std::get<Money>(found), min_days_, max_days_);
        offered.tracked = true;
        offered.source = path_;
        return only(std::move(offered));
    }

private:
    void add(const Setting& setting) {
        Region region{{}, Money{0, currency_}, setting["served"].boolean(), setting.path()};
        for (const auto& name : setting["named"].items()) region.names.push_back(lower(name.text()));
        if (const auto extra = setting["extra"]) region.extra = extra.money();
        regions_.push_back(std::move(region));
    }

    std::variant<Money, ReasonT> price(const QuotesRequestT& request) const {
        if (request.lines.empty()) return reason("nothing_to_ship");
        for (const auto& line : request.lines) {
            if (line.quantity <= 0) return reason("nothing_to_ship");
        }
        const auto& to = *request.destination;
        if (to.country != country_ || request.origin_country != country_) {
            return reason("not_served", path_, {{"country", std::string{cut(to.country, 8)}}});
        }
        if (request.currency != currency_.code()) return reason("other_currency", {}, {{"currency", currency_.code()}});

        const auto region =
            std::find_if(regions_.begin(), regions_.end(), [word = lower(to.region)](const Region& one) {
                return std::find(one.names.begin(), one.names.end(), word) != one.names.end();
            });
        if (region != regions_.end() && !region->served) return reason("not_served", region->path);

        auto fee = fee_by_size(request);
        if (auto* why = std::get_if<ReasonT>(&fee)) return std::move(*why);
        if (is_free(request.lines)) return Money{0, currency_};
        const auto charged = std::get<Money>(fee);
        return region == regions_.end() ? charged : charged + region->extra;
    }

    std::variant<Money, ReasonT> fee_by_size(const QuotesRequestT& request) const {
        if (!weighs_) return sizes_.front().fee;
        const auto weight = weight_of(request);
        if (!weight) return reason("unknown_weight");
        const auto sides = std::max_element(request.lines.begin(), request.lines.end(),
                                            [](auto& a, auto& b) { return sides_of(a) < sides_of(b); });
        for (const auto& size : sizes_) {
            // Subtracting cannot overflow where adding the packing could.
            if (sides_of(*sides) <= size.sides_mm && weight->count() <= size.weight_g - packing_g_) return size.fee;
        }
        return reason("too_large", sizes_path_);
    }

    static std::int64_t sides_of(const LineT& line) {
        const auto side = [](std::int64_t mm) { return std::clamp(mm, std::int64_t{0}, most_mm); };
        return side(line.length_mm) + side(line.width_mm) + side(line.height_mm);
    }

    /// Goods whose worth is not known, in this currency, are not sent for nothing.
    bool is_free(const std::vector<LineT>& lines) const {
        if (!free_from_) return false;
        auto worth = Money{0, currency_};
        for (const auto& line : lines) {
            const auto price = money_of(line.unit_price);
            if (!price || price->currency() != currency_ || price->is_negative()) return false;
            worth += *price * line.quantity;
        }
        return worth >= *free_from_;
    }

    std::string country_;
    Currency currency_;
    std::string name_;
    std::string path_;
    std::string sizes_path_;
    std::int64_t packing_g_;
    std::int32_t min_days_;
    std::int32_t max_days_;
    std::vector<Size> sizes_;
    bool weighs_ = false;
    std::vector<Region> regions_;
    std::optional<Money> free_from_;
};

}  // namespace
}  // namespace noren::domestic_courier

NOREN_CARRIER(noren::domestic_courier::DomesticCourier)
