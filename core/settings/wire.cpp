#include "settings/wire.hpp"

#include <noren/wire/settings.hpp>

namespace noren::settings {
namespace {

using Builder = noren_fb::FlatBufferBuilder;
using Offset = noren_fb::Offset<wire::Setting>;
using wire::SettingKind;

class SettingsWriter {
public:
    explicit SettingsWriter(Builder& builder) : builder_(builder) {}

    Offset write(const Value& value, const std::string& key) {
        switch (value.schema().type) {
            case Type::map:
            case Type::one_of:
            case Type::any_map:
            case Type::instances: return parent(key, SettingKind::Map, value.entries());
            case Type::list: return parent(key, SettingKind::List, value.items());
            case Type::boolean: return leaf(key, SettingKind::Boolean, value.boolean() ? 1 : 0);
            case Type::integer: return leaf(key, SettingKind::Integer, value.integer());
            case Type::money:
                return leaf(key, SettingKind::Money, value.money().minor(), value.money().currency().code());
            case Type::span: return span(key, value.span());
            case Type::weight: return leaf(key, SettingKind::Weight, value.weight().count());
            case Type::length: return leaf(key, SettingKind::Length, value.length().count());
            case Type::date: return leaf(key, SettingKind::Date, value.date().days);
            case Type::time_of_day: return leaf(key, SettingKind::Text, 0, to_string(value.time_of_day()));
            case Type::text:
            case Type::choice:
            case Type::country:
            case Type::currency:
            case Type::url: return leaf(key, SettingKind::Text, 0, value.text());
            case Type::secret:
            case Type::anything: break;
        }
        return leaf(key, SettingKind::Null, 0);
    }

private:
    Offset parent(const std::string& key, SettingKind kind, const std::vector<Value>& children) {
        std::vector<Offset> items;
        for (const auto& child : children) {
            if (child.schema().type != Type::secret) items.push_back(write(child, child.key()));
        }
        return wire::CreateSettingDirect(builder_, name(key), kind, 0, nullptr, &items);
    }

    Offset leaf(const std::string& key, SettingKind kind, std::int64_t integer) {
        return wire::CreateSettingDirect(builder_, name(key), kind, integer);
    }

    Offset leaf(const std::string& key, SettingKind kind, std::int64_t integer, const std::string& text) {
        return wire::CreateSettingDirect(builder_, name(key), kind, integer, text.c_str());
    }

    Offset span(const std::string& key, Span span) {
        const char* unit = span.unit == Span::Unit::days ? "d" : span.unit == Span::Unit::business_days ? "bd" : "s";
        return leaf(key, SettingKind::Span, span.count, unit);
    }

    static const char* name(const std::string& key) { return key.empty() ? nullptr : key.c_str(); }

    Builder& builder_;
};

}  // namespace

std::vector<std::uint8_t> settings_message(const Value& section, const InstanceFacts& facts) {
    Builder builder;
    const auto root = SettingsWriter(builder).write(section.or_empty(), {});
    builder.Finish(wire::CreateSettingsDirect(builder, facts.storefront.c_str(), facts.currency.c_str(),
                                              facts.country.c_str(), facts.time_zone.c_str(), section.path().c_str(),
                                              root, facts.instance.c_str()));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace noren::settings
