#include "settings/value.hpp"

#include <stdexcept>

namespace noren::settings {
namespace {

[[noreturn]] void misread(const std::string& path, const std::string& how) {
    throw std::logic_error("setting `" + path + "` " + how);
}

}  // namespace

Origin Value::origin() const {
    return node_ != nullptr ? node_->origin() : schema_->origin;
}

Value Value::operator[](std::string_view key) const {
    const auto* child = schema_->is_map_like() ? schema_->child(key) : nullptr;
    auto path = join(path_, key);
    if (child == nullptr) misread(path, "is unknown to the schema at " + to_string(schema_->origin));
    const Node* node = node_ != nullptr ? node_->child(key) : nullptr;
    if (node == nullptr && node_ != nullptr && schema_->type != Type::any_map) node = child->default_value.get();
    return {node, child, std::move(path), std::string(key)};
}

Value Value::operator[](std::size_t index) const {
    if (schema_->type != Type::list) misread(path_, "is no list");
    return {node_ != nullptr ? node_->item(index) : nullptr, schema_->items.get(), join(path_, index), {}};
}

Value Value::or_empty() const {
    static const NodePtr empty = Node::map({}, {});
    return node_ != nullptr ? *this : Value(empty.get(), schema_, path_, key_);
}

Value Value::at(std::string_view path) const {
    const Value absent(nullptr, schema_, std::string(path));
    const auto steps = steps_of(path);
    if (!steps) return absent;
    Value here = *this;
    for (const auto& step : *steps) {
        if (step.index) {
            if (here.schema_->type != Type::list) return absent;
            here = here[*step.index];
        } else {
            if (here.schema_->type == Type::secret && here.node_ != nullptr) return here;
            if (!here.schema_->is_map_like() || here.schema_->child(step.key) == nullptr) return absent;
            here = here[step.key];
        }
        if (!here) return absent;
    }
    return here;
}

std::vector<Value> Value::items() const {
    if (schema_->type != Type::list) misread(path_, "is no list");
    std::vector<Value> all;
    for (std::size_t i = 0; node_ != nullptr && i < node_->size(); ++i) all.push_back((*this)[i]);
    return all;
}

std::vector<Value> Value::entries() const {
    if (!schema_->is_map_like()) misread(path_, "is no map");
    std::vector<Value> all;
    if (node_ == nullptr) return all;
    for (const auto& entry : node_->children()) {
        if (schema_->child(entry->key()) != nullptr) all.push_back((*this)[entry->key()]);
    }
    for (const auto& property : schema_->properties) {
        if (property.schema->default_value && node_->child(property.name) == nullptr)
            all.push_back((*this)[property.name]);
    }
    return all;
}

const Node& Value::scalar(Type type) const {
    if (schema_->type != type)
        misread(path_, "is " + std::string(name_of(schema_->type)) + ", not " + std::string(name_of(type)));
    if (node_ == nullptr) misread(path_, "is absent");
    return *node_;
}

template <class Read>
auto Value::read(Type type, Read read_text) const {
    const auto value = read_text(scalar(type).text());
    if (!value) misread(path_, "was read unchecked");
    return *value;
}

const std::string& Value::text() const {
    switch (schema_->type) {
        case Type::choice:
        case Type::country:
        case Type::currency:
        case Type::url: return scalar(schema_->type).text();
        default: return scalar(Type::text).text();
    }
}

bool Value::boolean() const {
    return read(Type::boolean, boolean_from);
}
std::int64_t Value::integer() const {
    return read(Type::integer, integer_from);
}
Money Value::money() const {
    return read(Type::money, money_from);
}
Span Value::span() const {
    return read(Type::span, span_from);
}
Grams Value::weight() const {
    return read(Type::weight, weight_from);
}
Millimetres Value::length() const {
    return read(Type::length, length_from);
}
Date Value::date() const {
    return read(Type::date, date_from);
}
TimeOfDay Value::time_of_day() const {
    return read(Type::time_of_day, time_of_day_from);
}
Currency Value::currency() const {
    return read(Type::currency, [](std::string_view code) { return Currency::from_code(code); });
}

SecretReference Value::secret() const {
    const auto& reference = *scalar(Type::secret).children().front();
    const auto kind = reference.key() == "env" ? SecretReference::Kind::env : SecretReference::Kind::file;
    return {kind, reference.text()};
}

std::vector<std::string> Value::texts() const {
    std::vector<std::string> all;
    for (const auto& item : items()) all.push_back(item.text());
    return all;
}

}  // namespace noren::settings
