#include "store/store.hpp"

namespace noren::store {

const Rows::Cell& Rows::at(std::size_t row, std::size_t column) const {
    if (row >= size() || column >= columns_) {
        throw std::logic_error("no cell at row " + std::to_string(row) + ", column " + std::to_string(column));
    }
    return cells_[row * columns_ + column];
}

bool Rows::is_null(std::size_t row, std::size_t column) const {
    return std::holds_alternative<std::nullptr_t>(at(row, column));
}

std::int64_t Rows::integer(std::size_t row, std::size_t column) const {
    const auto* value = std::get_if<std::int64_t>(&at(row, column));
    if (value == nullptr) throw std::logic_error("column " + std::to_string(column) + " is not an integer");
    return *value;
}

const std::string& Rows::text(std::size_t row, std::size_t column) const {
    const auto* value = std::get_if<std::string>(&at(row, column));
    if (value == nullptr) throw std::logic_error("column " + std::to_string(column) + " is not a text");
    return *value;
}

std::optional<std::int64_t> Rows::maybe_integer(std::size_t row, std::size_t column) const {
    if (is_null(row, column)) return std::nullopt;
    return integer(row, column);
}

std::optional<std::string> Rows::maybe_text(std::size_t row, std::size_t column) const {
    if (is_null(row, column)) return std::nullopt;
    return text(row, column);
}

}  // namespace noren::store
