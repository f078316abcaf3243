// Tariff: prices by zone and weight step, and the zone of each country, read from the data files built into the plugin.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace noren::ems {

/// A price that holds up to and including a weight.
struct Step {
    std::int64_t up_to_g = 0;
    std::int64_t jpy = 0;
    bool verified = false;
};

struct Zone {
    std::string name;
    bool verified = false;
};

class Tariff {
public:
    /// The tariff of this name out of the text of ems_rates.csv and japanpost_zones.csv. Throws std::runtime_error,
    /// naming the line, when a row is not one, or when there is no such tariff.
    Tariff(std::string_view name, std::string_view rates_csv, std::string_view zones_csv);

    const std::string& name() const { return name_; }
    /// Nothing when the country is not served.
    std::optional<Zone> zone_of(std::string_view country) const;
    /// The first step that takes the weight; nothing when it is too heavy or the zone is unknown.
    std::optional<Step> step_for(std::string_view zone, std::int64_t grams) const;

private:
    std::string name_;
    std::map<std::string, Zone, std::less<>> zones_by_country_;
    std::map<std::string, std::vector<Step>, std::less<>> steps_by_zone_;
};

}  // namespace noren::ems
