// Reading messages without copying them: what is absent reads as empty.
#pragma once

#include <noren/values/money.hpp>
#include <noren/values/time.hpp>
#include <noren/wire/message.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace noren {

/// The text of a string field, empty when the field is absent. Valid as long as the message.
inline std::string_view text(const noren_fb::String* field) {
    return field ? std::string_view{field->c_str(), field->size()} : std::string_view{};
}

/// At most `size` bytes of UTF-8, never half a character.
inline std::string_view cut(std::string_view whole, std::size_t size) {
    if (whole.size() <= size) return whole;
    while (size > 0 && (static_cast<unsigned char>(whole[size]) & 0xC0u) == 0x80u) --size;
    return whole.substr(0, size);
}

/// The bytes of a byte field as text, empty when the field is absent. Valid as long as the message.
inline std::string_view text(const noren_fb::Vector<std::uint8_t>* field) {
    return field ? std::string_view{reinterpret_cast<const char*>(field->Data()), field->size()} : std::string_view{};
}

/// Something to loop over: the elements of a vector field, none when the field is absent.
template <class Element>
class Each {
public:
    using Vector = noren_fb::Vector<Element>;
    explicit Each(const Vector* field) : field_(field) {}
    auto begin() const { return field_ ? field_->begin() : Iterator{}; }
    auto end() const { return field_ ? field_->end() : Iterator{}; }
    std::size_t size() const { return field_ ? field_->size() : 0; }
    bool empty() const { return size() == 0; }

private:
    using Iterator = typename Vector::const_iterator;
    const Vector* field_;
};

/// `for (const auto* line : each(order->lines()))`.
template <class Element>
Each<Element> each(const noren_fb::Vector<Element>* field) {
    return Each<Element>{field};
}

/// The amount, or nothing when it is absent or of a currency that Noren does not know.
inline std::optional<Money> money_of(const wire::Money* field) {
    const auto currency = field ? Currency::from_code(text(field->currency())) : std::nullopt;
    return currency ? std::optional{Money{field->minor(), *currency}} : std::nullopt;
}
inline std::optional<Money> money_of(const std::unique_ptr<wire::MoneyT>& field) {
    const auto currency = field ? Currency::from_code(field->currency) : std::nullopt;
    return currency ? std::optional{Money{field->minor, *currency}} : std::nullopt;
}

/// The amount as a message holds it.
inline std::unique_ptr<wire::MoneyT> wire_money(Money amount) {
    auto field = std::make_unique<wire::MoneyT>();
    field->minor = amount.minor();
    field->currency = amount.currency().code();
    return field;
}

/// The span as a message holds it: unit `s`, `d` or `bd`.
inline std::unique_ptr<wire::SpanValueT> wire_span(Span span) {
    auto field = std::make_unique<wire::SpanValueT>();
    field->count = span.count;
    field->unit = span.unit == Span::Unit::seconds ? "s" : span.unit == Span::Unit::days ? "d" : "bd";
    return field;
}

}  // namespace noren
