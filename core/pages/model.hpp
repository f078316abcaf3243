// Page models: what a template may show, as plain structs that describe themselves once.
//
// A model lists its members in shape(); the theme check compares every name in a template with that list, and rendering
// reads the members through it: nothing is copied, and a name that does not exist never reaches a customer.
//
//     struct ItemCard {
//         std::string name;
//         Url link;
//         std::optional<Money> price;
//         static const Shape& shape() {
//             static const Shape shape{"item_card", {must<&ItemCard::name>("name"), must<&ItemCard::link>("link"),
//                                                    may<&ItemCard::price>("price")}};
//             return shape;
//         }
//     };
#pragma once

#include <cstdint>
#include <initializer_list>
#include <noren/values/money.hpp>
#include <noren/values/time.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace noren::pages {

/// An address that is safe to follow: a path of this site, or http(s) elsewhere. Nothing else can be made.
class Url {
public:
    Url() = default;
    /// Url::path({"orders", number}) is /orders/<number>, each part percent-encoded; no parts: /.
    static Url path(std::initializer_list<std::string_view> parts);
    /// An absolute http or https address without blanks, quotes or control characters, or nothing.
    static std::optional<Url> elsewhere(std::string_view address);
    /// A path of this site as it is written: letters, digits and -._~/ after one slash, or nothing.
    static std::optional<Url> here(std::string_view path);
    /// A place on the same page: anchor("email") is #email.
    static Url anchor(std::string_view id);
    /// The same with one more query parameter.
    Url with(std::string_view name, std::string_view value) const;

    const std::string& text() const { return text_; }

private:
    explicit Url(std::string text) : text_(std::move(text)) {}
    std::string text_ = "/";
};

/// A text of the catalogue, found by a key that is only known now (a reason's code, a state). When the catalogue does
/// not have it, the key's last part is shown in words.
struct Message {
    std::string key;
    std::vector<std::pair<std::string, std::string>> parameters;
};

enum class Kind { text, url, message, number, flag, money, date, instant, record, list };

struct Shape;

/// One name that a template may use.
struct Field {
    std::string_view name;
    Kind kind = Kind::text;
    bool is_required = false;                    // a template must use it
    const void* (*get)(const void*) = nullptr;   // the member of an object; null when it is absent
    const Shape& (*inner)() = nullptr;           // of a record or a list's entries
    std::size_t (*size)(const void*) = nullptr;  // of a list
    const void* (*at)(const void*, std::size_t) = nullptr;
};

struct Shape {
    std::string_view name;
    std::vector<Field> fields;

    const Field* find(std::string_view wanted) const {
        for (const auto& field : fields) {
            if (field.name == wanted) return &field;
        }
        return nullptr;
    }
};

namespace detail {

template <class T>
struct MemberOf;
template <class OwnerType, class ValueType>
struct MemberOf<ValueType OwnerType::*> {
    using Owner = OwnerType;
    using Value = ValueType;
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {
    using Inner = T;
};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {
    using Inner = T;
};

template <class T>
constexpr Kind kind_of() {
    if constexpr (std::is_same_v<T, std::string>)
        return Kind::text;
    else if constexpr (std::is_same_v<T, Url>)
        return Kind::url;
    else if constexpr (std::is_same_v<T, Message>)
        return Kind::message;
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return Kind::number;
    else if constexpr (std::is_same_v<T, bool>)
        return Kind::flag;
    else if constexpr (std::is_same_v<T, Money>)
        return Kind::money;
    else if constexpr (std::is_same_v<T, Date>)
        return Kind::date;
    else if constexpr (std::is_same_v<T, Instant>)
        return Kind::instant;
    else if constexpr (IsVector<T>::value)
        return Kind::list;
    else
        return Kind::record;
}

template <auto Member>
Field field(std::string_view name, bool is_required) {
    using Owner = typename MemberOf<decltype(Member)>::Owner;
    using Value = typename MemberOf<decltype(Member)>::Value;
    Field made;
    made.name = name;
    made.is_required = is_required;
    const auto describe = [&made]<class T>(std::type_identity<T>) {
        made.kind = kind_of<T>();
        if constexpr (IsVector<T>::value) {
            made.inner = &IsVector<T>::Inner::shape;
            made.size = [](const void* list) { return static_cast<const T*>(list)->size(); };
            made.at = [](const void* list, std::size_t place) -> const void* {
                return &(*static_cast<const T*>(list))[place];
            };
        } else if constexpr (kind_of<T>() == Kind::record) {
            made.inner = &T::shape;
        }
    };
    if constexpr (IsOptional<Value>::value) {
        describe(std::type_identity<typename IsOptional<Value>::Inner>{});
        made.get = [](const void* owner) -> const void* {
            const auto& member = static_cast<const Owner*>(owner)->*Member;
            return member ? &*member : nullptr;
        };
    } else {
        describe(std::type_identity<Value>{});
        made.get = [](const void* owner) -> const void* { return &(static_cast<const Owner*>(owner)->*Member); };
    }
    return made;
}

}  // namespace detail

/// A member that every template of this model must use (a price, a CSRF token, a refusal's reasons).
template <auto Member>
Field must(std::string_view name) {
    return detail::field<Member>(name, true);
}

/// A member that a template may use.
template <auto Member>
Field may(std::string_view name) {
    return detail::field<Member>(name, false);
}

}  // namespace noren::pages
