// Settings: what the storefront's YAML says to this plugin, typed and defaulted by the plugin's own schema.
//
// The host has checked them before a plugin sees them, so a plugin reads and does not validate types. Every value knows
// where it stands (`payment.methods.card.except_countries[1]`), so that a reason can cite the very entry that caused
// it.
#pragma once

#include <noren/values/money.hpp>
#include <noren/values/time.hpp>
#include <noren/values/units.hpp>
#include <noren/views.hpp>

#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace noren {

/// A value is missing or is not what the plugin takes it for. Thrown while an instance is made, it is told to the
/// deployer with the path. Throw it yourself for what a schema cannot say.
struct SettingError : std::runtime_error {
    SettingError(std::string path_of_it, const std::string& fault)
        : std::runtime_error(path_of_it + ": " + fault), path(std::move(path_of_it)) {}
    std::string path;
};

/// One value, or the place where one could stand. Cheap to copy; valid as long as the plugin.
class Setting {
public:
    using Kind = wire::SettingKind;

    Setting(const wire::Setting* value, std::string path) : value_(value), path_(std::move(path)) {}

    /// False when nothing is written there, or null. Reading a value that is not there throws SettingError.
    explicit operator bool() const { return kind() != Kind::Unknown && kind() != Kind::Null; }
    Kind kind() const { return value_ ? value_->kind() : Kind::Unknown; }

    /// Where it stands in the storefront's configuration: what reasons cite.
    const std::string& path() const { return path_; }
    /// Its key in the map that holds it, or empty.
    std::string_view key() const { return value_ ? noren::text(value_->key()) : std::string_view{}; }

    bool boolean() const { return of(Kind::Boolean).integer() != 0; }
    std::int64_t integer() const { return of(Kind::Integer).integer(); }
    /// Also what a schema calls choice, country or path.
    std::string_view text() const { return noren::text(of(Kind::Text).text()); }
    Money money() const {
        const auto currency = Currency::from_code(noren::text(of(Kind::Money).text()));
        if (!currency) throw SettingError(path_, "is of an unknown currency");
        return {value_->integer(), *currency};
    }
    Span span() const {
        const auto unit = noren::text(of(Kind::Span).text());
        if (unit == "s") return {value_->integer(), Span::Unit::seconds};
        if (unit == "d") return {value_->integer(), Span::Unit::days};
        if (unit == "bd") return {value_->integer(), Span::Unit::business_days};
        throw SettingError(path_, "is a span of an unknown unit");
    }
    Grams weight() const { return Grams{of(Kind::Weight).integer()}; }
    Millimetres length() const { return Millimetres{of(Kind::Length).integer()}; }
    Date date() const { return {static_cast<std::int32_t>(of(Kind::Date).integer())}; }

    /// The values of a list or map in the file's order; none when it is not there.
    std::vector<Setting> items() const {
        std::vector<Setting> all;
        if (kind() != Kind::List && kind() != Kind::Map) return all;
        all.reserve(size());
        for (std::size_t i = 0; i < size(); ++i) all.push_back((*this)[i]);
        return all;
    }
    std::size_t size() const { return value_ ? each(value_->items()).size() : 0; }

    /// The value under a key of a map, or the place where it could stand.
    Setting operator[](std::string_view key) const {
        if (kind() == Kind::Map) {
            for (const auto* item : each(value_->items())) {
                if (noren::text(item->key()) == key) return {item, below(key)};
            }
        }
        return {nullptr, below(key)};
    }
    Setting operator[](const char* key) const { return (*this)[std::string_view{key}]; }
    /// The value at a place of a list or map, counted from 0.
    Setting operator[](std::size_t place) const {
        const auto* item = place < size() ? value_->items()->Get(static_cast<noren_fb::uoffset_t>(place)) : nullptr;
        if (item && kind() == Kind::Map) return {item, below(noren::text(item->key()))};
        return {item, path_ + "[" + std::to_string(place) + "]"};
    }

private:
    const wire::Setting& of(Kind wanted) const {
        if (kind() == wanted) return *value_;
        if (!*this) throw SettingError(path_, std::string{"is missing; wanted: "} + wire::EnumNameSettingKind(wanted));
        throw SettingError(path_, std::string{"is "} + wire::EnumNameSettingKind(kind()) +
                                      "; wanted: " + wire::EnumNameSettingKind(wanted));
    }
    std::string below(std::string_view key) const {
        return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
    }

    const wire::Setting* value_;
    std::string path_;
};

/// All settings of one instance: a plugin bound to a storefront. Lives as long as the plugin.
class Settings {
public:
    /// Throws std::invalid_argument when the bytes are not noren.wire.Settings.
    Settings(const std::uint8_t* bytes, std::size_t size) : bytes_((size + 7) / 8) {
        if (size > 0) std::memcpy(bytes_.data(), bytes, size);
        const auto* data = reinterpret_cast<const std::uint8_t*>(bytes_.data());
        noren_fb::Verifier verifier(data, size, 32, 100000);
        if (size < 8 || !verifier.VerifyBuffer<wire::Settings>(nullptr)) {
            throw std::invalid_argument("the settings are not a message");
        }
        settings_ = noren_fb::GetRoot<wire::Settings>(data);
    }
    Settings(const Settings&) = delete;
    Settings& operator=(const Settings&) = delete;

    /// The value under a key: `settings["payment"]["due"]`.
    Setting operator[](std::string_view key) const { return root()[key]; }
    Setting root() const { return {settings_->root(), std::string{text(settings_->path())}}; }

    /// The instance's name: its key under `gateways` or `carriers`, or a policy's id.
    std::string_view instance() const { return text(settings_->instance()); }
    std::string_view storefront() const { return text(settings_->storefront()); }
    /// ISO 3166-1 alpha-2, where the shop sends from.
    std::string_view country() const { return text(settings_->country()); }
    std::string_view time_zone() const { return text(settings_->time_zone()); }
    /// The currency that the shop sells in. Throws SettingError when Noren does not know it.
    Currency currency() const {
        const auto currency = Currency::from_code(text(settings_->currency()));
        if (!currency) throw SettingError("currency", "is not a known currency");
        return *currency;
    }

private:
    std::vector<std::uint64_t> bytes_;  // 8-aligned, as the message must be
    const wire::Settings* settings_ = nullptr;
};

}  // namespace noren
