#include "settings/fault.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>
#include <shared_mutex>
#include <tuple>
#include <unordered_map>

namespace noren::settings {
namespace {

// Origins outlive the trees they came from (logs, decisions, faults), so names stay for good: one entry a file.
class FileNames {
public:
    std::uint32_t id(std::string_view name) {
        std::unique_lock lock(mutex_);
        const auto [at, fresh] = ids_.try_emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
        if (fresh) names_.push_back(at->first);
        return at->second;
    }
    std::string name(std::uint32_t id) const {
        std::shared_lock lock(mutex_);
        return id < names_.size() ? names_[id] : std::string{};
    }

private:
    mutable std::shared_mutex mutex_;
    std::unordered_map<std::string, std::uint32_t> ids_;
    std::deque<std::string> names_;
};

FileNames& names() {
    static FileNames all;
    return all;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

std::uint32_t file_id(std::string_view name) {
    return names().id(name);
}
std::string file_name(std::uint32_t id) {
    return names().name(id);
}

std::string to_string(Origin origin) {
    return file_name(origin.file) + ":" + std::to_string(origin.line) + ":" + std::to_string(origin.column);
}

Fault fault_at(Origin origin, std::string problem, std::string found, std::string expected, std::string nearest) {
    return {file_name(origin.file), origin.line,         origin.column,     std::move(problem),
            std::move(found),       std::move(expected), std::move(nearest)};
}

std::string to_string(const Fault& fault) {
    std::string text = fault.file;
    if (fault.line != 0) text += ":" + std::to_string(fault.line) + ":" + std::to_string(fault.column);
    text += ": " + fault.problem;
    if (!fault.found.empty()) text += ": found " + fault.found;
    if (!fault.expected.empty()) text += (fault.found.empty() ? ": expected " : ", expected ") + fault.expected;
    if (!fault.nearest.empty()) text += "; did you mean `" + fault.nearest + "`?";
    return text;
}

std::string to_string(const Faults& faults) {
    std::string text;
    for (const auto& fault : faults) text += to_string(fault) + "\n";
    return text;
}

void sort(Faults& faults) {
    const auto order = [](const Fault& f) { return std::tie(f.file, f.line, f.column, f.problem, f.found); };
    std::stable_sort(faults.begin(), faults.end(), [&](const Fault& a, const Fault& b) { return order(a) < order(b); });
    faults.erase(
        std::unique(faults.begin(), faults.end(), [&](const Fault& a, const Fault& b) { return order(a) == order(b); }),
        faults.end());
}

std::string quoted(std::string_view text) {
    constexpr std::size_t most = 60;
    std::string shown = "`";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (i >= most && (c & 0xC0) != 0x80) {
            shown += "...";
            break;
        }
        if (c == '\n') {
            shown += "\\n";
        } else if (c < 0x20 || c == 0x7F) {
            constexpr std::string_view digits = "0123456789abcdef";
            shown += {'\\', 'x', digits[c >> 4], digits[c & 15]};
        } else {
            shown += text[i];
        }
    }
    return shown + "`";
}

namespace detail {

std::size_t edits(std::string_view a, std::string_view b, std::size_t limit) {
    constexpr std::size_t longest = 64;
    if (a.size() > longest || b.size() > longest) return limit + 1;
    if ((a.size() > b.size() ? a.size() - b.size() : b.size() - a.size()) > limit) return limit + 1;
    std::array<std::array<std::size_t, longest + 1>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        const auto& above = rows[(i - 1) % 3];
        const auto& above_two = rows[(i + 1) % 3];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
            const bool swapped =
                i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) row[j] = std::min(row[j], above_two[j - 2] + 1);
        }
    }
    return std::min(rows[a.size() % 3][b.size()], limit + 1);
}

}  // namespace detail
}  // namespace noren::settings
