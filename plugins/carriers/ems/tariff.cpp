#include "tariff.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace noren::ems {
namespace {

using Row = std::array<std::string_view, 5>;

// Hands on each row after the header; '#' begins a comment line. Fields hold no quotes.
template <class Take>
void each_row(std::string_view csv, std::string_view file, Take take) {
    bool header = true;
    for (int number = 1; !csv.empty(); ++number) {
        const auto end = csv.find('\n');
        auto line = csv.substr(0, end);
        csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
        if (line.empty() || line.front() == '#' || std::exchange(header, false)) continue;
        Row row;
        for (auto& field : row) {
            const auto comma = line.find(',');
            field = line.substr(0, comma);
            line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
        }
        if (!line.empty() || row[4].empty() || !take(row)) {
            throw std::runtime_error(std::string{file} + ":" + std::to_string(number) + ": not a row");
        }
    }
}

std::optional<std::int64_t> positive(std::string_view digits) {
    std::int64_t number = 0;
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number <= 0) return std::nullopt;
    return number;
}

bool is_status(std::string_view status) {
    return status == "sourced" || status == "unverified";
}

}  // namespace

Tariff::Tariff(std::string_view name, std::string_view rates_csv, std::string_view zones_csv) : name_(name) {
    each_row(rates_csv, "ems_rates.csv", [this](const Row& row) {
        const auto& [tariff, zone, up_to, price, status] = row;
        const auto grams = positive(up_to);
        const auto jpy = positive(price);
        if (!grams || !jpy || !is_status(status)) return false;
        if (tariff != name_) return true;
        auto& steps = steps_by_zone_[std::string{zone}];
        if (!steps.empty() && steps.back().up_to_g >= *grams) return false;
        steps.push_back({*grams, *jpy, status == "sourced"});
        return true;
    });
    each_row(zones_csv, "japanpost_zones.csv", [this](const Row& row) {
        const auto& [tariff, country, zone, status, its_name] = row;
        if (country.size() != 2 || !is_status(status)) return false;
        if (tariff != name_) return true;
        const Zone found{std::string{zone}, status == "sourced"};
        return steps_by_zone_.count(found.name) == 1 && zones_by_country_.emplace(country, found).second;
    });
    if (steps_by_zone_.empty()) throw std::runtime_error("no tariff named " + name_);
}

std::optional<Zone> Tariff::zone_of(std::string_view country) const {
    const auto found = zones_by_country_.find(country);
    return found == zones_by_country_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<Step> Tariff::step_for(std::string_view zone, std::int64_t grams) const {
    const auto found = steps_by_zone_.find(zone);
    if (found == steps_by_zone_.end()) return std::nullopt;
    const auto& steps = found->second;
    const auto step = std::find_if(steps.begin(), steps.end(), [grams](const Step& s) { return grams <= s.up_to_g; });
    return step == steps.end() ? std::nullopt : std::optional{*step};
}

}  // namespace noren::ems
