#include "pages/compiler.hpp"

#include <algorithm>
#include <fstream>
#include <optional>

namespace noren::pages {
namespace {

constexpr std::uintmax_t largest_file = 512 * 1024;
constexpr std::size_t deepest_include = 8;
constexpr std::size_t deepest_section = 16;
constexpr std::size_t most_steps = 20'000;

std::string content_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool is_value(Kind kind) {
    return kind != Kind::record && kind != Kind::list && kind != Kind::flag;
}

/// One marker or the text before it.
struct Token {
    enum class Is { text, value, open, open_if, open_not, close, include, words, asset };
    Is is = Is::text;
    std::string_view content;
    int line = 0;
};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_key(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    });
}

/// Cuts a template at its markers. A section mark, an include or a remark alone on its line takes the line with it.
std::vector<Token> tokens_of(const Sources::Source& source, std::vector<Fault>& faults) {
    std::vector<Token> tokens;
    const std::string_view all = source.text;
    int line = 1;
    const auto put_text = [&](std::string_view text) {
        if (!text.empty()) tokens.push_back({Token::Is::text, text, line});
        line += static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    };
    for (std::size_t at = 0; at < all.size();) {
        const auto begin = all.find("{{", at);
        if (begin == std::string_view::npos) {
            put_text(all.substr(at));
            break;
        }
        const auto end = all.find("}}", begin);
        if (end == std::string_view::npos) {
            put_text(all.substr(at, begin - at));
            faults.push_back({source.file, line, "{{ without }}"});
            break;
        }
        const auto mark = trimmed(all.substr(begin + 2, end - begin - 2));
        const char first = mark.empty() ? ' ' : mark.front();
        auto before = all.substr(at, begin - at);
        auto after = end + 2;
        if (std::string_view("#?^/>!").find(first) != std::string_view::npos) {
            const auto line_start = before.find_last_not_of(" \t");
            const bool starts_line =
                line_start == std::string_view::npos ? at == 0 || all[at - 1] == '\n' : before[line_start] == '\n';
            const auto line_end = std::min(all.find_first_not_of(" \t\r", after), all.size());
            if (starts_line && (line_end == all.size() || all[line_end] == '\n')) {
                before = before.substr(0, line_start == std::string_view::npos ? 0 : line_start + 1);
                after = std::min(line_end + 1, all.size());
            }
        }
        put_text(before);
        const auto name = trimmed(mark.substr(mark.empty() ? 0 : 1));
        const auto blank = mark.find_first_of(" \t\n");
        const auto word = mark.substr(0, blank);
        const auto rest = blank == std::string_view::npos ? std::string_view{} : trimmed(mark.substr(blank));
        switch (first) {
            case '#': tokens.push_back({Token::Is::open, name, line}); break;
            case '?': tokens.push_back({Token::Is::open_if, name, line}); break;
            case '^': tokens.push_back({Token::Is::open_not, name, line}); break;
            case '/': tokens.push_back({Token::Is::close, name, line}); break;
            case '>': tokens.push_back({Token::Is::include, name, line}); break;
            case '!': break;
            default:
                if (is_name(mark))
                    tokens.push_back({Token::Is::value, mark, line});
                else if (word == "text" && is_key(rest))
                    tokens.push_back({Token::Is::words, rest, line});
                else if (word == "asset" && is_key(rest))
                    tokens.push_back({Token::Is::asset, rest, line});
                else
                    faults.push_back(
                        {source.file, line, "no marker that a template knows: {{" + std::string(mark) + "}}"});
        }
        const auto whole = all.substr(begin, after - begin);
        line += static_cast<int>(std::count(whole.begin(), whole.end(), '\n'));
        at = after;
    }
    return tokens;
}

/// The nearest of a shape's names, for the message about one that does not exist.
std::string nearest_name(std::string_view wanted, const std::vector<const Shape*>& scopes) {
    const auto distance = [](std::string_view a, std::string_view b) {
        std::vector<std::size_t> row(b.size() + 1);
        for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
        for (std::size_t i = 1; i <= a.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= b.size(); ++j) {
                const auto above = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
                diagonal = above;
            }
        }
        return row[b.size()];
    };
    std::string_view best;
    std::size_t best_distance = wanted.size() / 2 + 2;
    for (const auto* shape : scopes) {
        for (const auto& field : shape->fields) {
            const auto found = distance(wanted, field.name);
            if (found < best_distance) best = field.name, best_distance = found;
        }
    }
    return best.empty() ? "" : " (did you mean " + std::string(best) + "?)";
}

class Compiler {
public:
    Compiler(const Shape& frame, const Shape& page, Against& against)
        : against_(against), scopes_{&frame, &page}, html_([this](int line, std::string what) {
              complain(line, std::move(what));
          }) {}

    Program compile(const std::string& name, const Sources::Source& source) {
        against_.used_templates.insert(name);
        read(source);
        file_ = source.file;
        const auto lines = static_cast<int>(std::count(source.text.begin(), source.text.end(), '\n')) + 1;
        html_.finish(lines);
        flush();
        for (const auto* shape : {scopes_[0], scopes_[1]}) demand_required(*shape, 1);
        return std::move(program_);
    }

private:
    struct Section {
        std::string_view name;
        int line = 0;
        std::string file;
        std::size_t step = 0;
        HtmlReader::Place place;
        bool has_scope = false;
    };

    void complain(int line, std::string what) {
        Fault fault{file_, line, std::move(what)};
        const bool is_known = std::any_of(against_.faults.begin(), against_.faults.end(), [&](const Fault& other) {
            return other.line == fault.line && other.file == fault.file && other.what == fault.what;
        });  // a part that two pages include is told of once
        if (!is_known) against_.faults.push_back(std::move(fault));
    }

    void read(const Sources::Source& source) {
        const auto includer = std::exchange(file_, source.file);
        const auto depth = sections_.size();
        for (const auto& token : tokens_of(source, against_.faults)) {
            if (program_.size() > most_steps) {
                complain(token.line, "the page has more than " + std::to_string(most_steps) + " steps");
                break;
            }
            take(token);
        }
        while (sections_.size() > depth) {
            complain(sections_.back().line, "the section " + std::string(sections_.back().name) + " is never closed");
            close(sections_.back().line);
        }
        file_ = includer;
    }

    void take(const Token& token) {
        switch (token.is) {
            case Token::Is::text:
                html_.literal(token.content, token.line);
                literal_ += token.content;
                break;
            case Token::Is::value: value(token); break;
            case Token::Is::words: words(token); break;
            case Token::Is::asset: asset(token); break;
            case Token::Is::include: include(token); break;
            case Token::Is::open:
            case Token::Is::open_if:
            case Token::Is::open_not: open(token); break;
            case Token::Is::close:
                if (sections_.empty() || sections_.back().name != token.content) {
                    complain(token.line,
                             "{{/" + std::string(token.content) + "}} closes " +
                                 (sections_.empty() ? "nothing" : "the section " + std::string(sections_.back().name)));
                } else {
                    close(token.line);
                }
                break;
        }
    }

    /// The value of this name, the innermost scope first.
    std::optional<Reference> find(std::string_view name) {
        for (std::size_t scope = scopes_.size(); scope-- > 0;) {
            if (const auto* field = scopes_[scope]->find(name)) {
                used_.insert(field);
                return Reference{scope, field};
            }
        }
        return std::nullopt;
    }

    void complain_unknown(std::string_view name, int line) {
        complain(line, "the page has no " + std::string(name) + " here" + nearest_name(name, scopes_));
    }

    void value(const Token& token) {
        const auto reference = find(token.content);
        const auto writing = html_.value(token.content, reference ? reference->field->kind : Kind::text, token.line);
        if (!reference) return complain_unknown(token.content, token.line);
        if (!is_value(reference->field->kind)) {
            return complain(token.line, std::string(token.content) + " is no value: open it as a section");
        }
        add({Step::Does::value, {}, *reference, writing, {}, 0});
    }

    void words(const Token& token) {
        html_.value({}, Kind::text, token.line);
        const auto* entry = against_.words.find(token.content);
        if (!entry) return complain(token.line, "the catalogue has no words for " + std::string(token.content));
        Step step{Step::Does::words, std::string(token.content), {}, Writing::shown, {}, 0};
        for (const auto& [name, type] : entry->pattern.parameters()) {
            const auto reference = find(name);
            if (!reference) {
                complain(token.line,
                         "the words " + step.text + " take {" + name + "}, which the page does not have here");
                return;
            }
            const auto kind = reference->field->kind;
            if (!is_value(kind) || (type == Pattern::Parameter::number && kind != Kind::number)) {
                complain(token.line, "the words " + step.text + " take {" + name + "} as a " +
                                         (type == Pattern::Parameter::number ? "number" : "value") +
                                         ", which it is not on this page");
                return;
            }
            step.parameters.emplace_back(name, *reference);
        }
        add(std::move(step));
    }

    void asset(const Token& token) {
        html_.asset(token.content, token.line);
        const auto found = against_.asset_paths.find(std::string(token.content));
        if (found == against_.asset_paths.end()) {
            return complain(token.line, "the theme has no static/" + std::string(token.content));
        }
        literal_ += found->second;
    }

    void include(const Token& token) {
        const auto found = against_.sources.templates().find(token.content);
        if (found == against_.sources.templates().end()) {
            return complain(token.line, "the theme has no " + std::string(token.content) + ".tpl");
        }
        if (includes_ >= deepest_include) return complain(token.line, "parts include each other without end");
        against_.used_templates.emplace(token.content);
        ++includes_;
        read(found->second);
        --includes_;
    }

    void open(const Token& token) {
        if (const auto fault = html_.section_fault(); !fault.empty()) complain(token.line, fault);
        const auto reference = find(token.content);
        if (!reference) complain_unknown(token.content, token.line);
        if (sections_.size() >= deepest_section) complain(token.line, "sections too deep within each other");
        flush();
        Section section{token.content, token.line, file_, program_.size(), html_.place(), false};
        const bool has_inner = reference && reference->field->inner && token.is == Token::Is::open;
        if (has_inner) {
            scopes_.push_back(&reference->field->inner());
            section.has_scope = true;
        }
        sections_.push_back(section);
        const auto does = token.is == Token::Is::open      ? Step::Does::open
                          : token.is == Token::Is::open_if ? Step::Does::open_if
                                                           : Step::Does::open_not;
        program_.push_back({does, {}, reference.value_or(Reference{}), Writing::shown, {}, 0});
    }

    void close(int line) {
        flush();
        const auto section = sections_.back();
        sections_.pop_back();
        if (const auto fault = html_.section_fault(); !fault.empty()) complain(line, fault);
        if (!(html_.place() == section.place)) {
            complain(line, "the section " + std::string(section.name) + " of line " + std::to_string(section.line) +
                               " leaves something open or closes what it did not open");
        }
        program_[section.step].end = program_.size();
        if (section.has_scope) {
            demand_required(*scopes_.back(), section.line);
            scopes_.pop_back();
        }
    }

    void demand_required(const Shape& shape, int line) {
        for (const auto& field : shape.fields) {
            if (field.is_required && !used_.contains(&field)) {
                complain(line,
                         "the template never shows " + std::string(field.name) + " of " + std::string(shape.name));
            }
        }
    }

    void add(Step step) {
        flush();
        program_.push_back(std::move(step));
    }

    void flush() {
        if (!literal_.empty()) program_.push_back({Step::Does::literal, std::move(literal_), {}, {}, {}, 0});
        literal_.clear();
    }

    Against& against_;
    std::vector<const Shape*> scopes_;
    HtmlReader html_;
    Program program_;
    std::string literal_;
    std::string file_;
    std::vector<Section> sections_;
    std::set<const Field*> used_;
    std::size_t includes_ = 0;
};

}  // namespace

Sources::Sources(const std::vector<std::filesystem::path>& folders, std::vector<Fault>& faults) {
    const auto read = [&](const std::filesystem::path& folder, std::string_view extension, auto&& keep) {
        std::error_code error;
        std::vector<std::filesystem::path> paths;
        for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
            if (!entry.is_regular_file(error)) continue;
            if (extension.empty() || entry.path().extension() == extension) paths.push_back(entry.path());
        }
        std::sort(paths.begin(), paths.end());
        for (const auto& path : paths) {
            if (std::filesystem::file_size(path, error) > largest_file) {
                faults.push_back({path.string(), 1, "larger than " + std::to_string(largest_file) + " bytes"});
            } else {
                keep(path, Source{path.string(), content_of(path)});
            }
        }
    };
    for (const auto& folder : folders) {
        if (!std::filesystem::is_directory(folder)) {
            faults.push_back({folder.string(), 1, "no such theme folder"});
            continue;
        }
        read(folder, ".tpl",
             [&](const auto& path, Source source) { templates_.emplace(path.stem().string(), std::move(source)); });
        read(folder / "static", "",
             [&](const auto& path, Source source) { statics_.emplace(path.filename().string(), std::move(source)); });
        read(folder / "locale", ".po",
             [&](const auto& path, Source source) { words_[path.stem().string()].push_back(std::move(source)); });
    }
}

const std::vector<Sources::Source>& Sources::words(const std::string& language) const {
    static const std::vector<Source> none;
    const auto found = words_.find(language);
    return found == words_.end() ? none : found->second;
}

Program compile(const std::string& name, const Shape& frame, const Shape& page, Against& against) {
    const auto found = against.sources.templates().find(name);
    if (found == against.sources.templates().end()) {
        against.faults.push_back({name + ".tpl", 1, "the theme lacks this template"});
        return {};
    }
    return Compiler(frame, page, against).compile(name, found->second);
}

void append_escaped(std::string& out, std::string_view text) {
    std::size_t from = 0;
    for (;;) {
        const auto at = text.find_first_of("&<>\"'", from);
        if (at == std::string_view::npos) break;
        out += text.substr(from, at - from);
        switch (text[at]) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += "&#39;"; break;
        }
        from = at + 1;
    }
    out += text.substr(from);
}

}  // namespace noren::pages
