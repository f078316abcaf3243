#include "pages/theme.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "pages/compiler.hpp"

namespace noren::pages {

struct Theme::Compiled {
    std::string source_language;
    std::map<std::string, Catalogue, std::less<>> words;  // by language
    std::map<std::string, Asset, std::less<>> assets;
    std::map<const Shape*, Program> programs;
};

namespace {

std::string content_hash(std::string_view bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        text += digits[digest[i] >> 4];
        text += digits[digest[i] & 15];
    }
    return text;
}

std::string_view content_type_of(std::string_view extension) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> types{{
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
    }};
    for (const auto& [known, type] : types) {
        if (known == extension) return type;
    }
    return {};
}

/// The words of a key without its words: "reason.not_sold_here" reads "Not sold here".
std::string key_in_words(std::string_view key) {
    std::string text(key.substr(key.rfind('.') == std::string_view::npos ? 0 : key.rfind('.') + 1));
    std::replace(text.begin(), text.end(), '_', ' ');
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

std::string words_of(const Catalogue& words, const Message& message) {
    const auto* entry = words.find(message.key);
    if (!entry) return key_in_words(message.key);
    std::vector<Argument> arguments;
    for (const auto& [name, type] : entry->pattern.parameters()) {
        const auto given =
            std::find_if(message.parameters.begin(), message.parameters.end(),
                         [&, &wanted = name](const auto& parameter) { return parameter.first == wanted; });
        // A reason may come from a plugin that gives less than the words expect: then say less, rather than nothing.
        if (given == message.parameters.end()) return key_in_words(message.key);
        const Argument argument{name, std::string_view(given->second)};
        if (type == Pattern::Parameter::number && !argument.number()) return key_in_words(message.key);
        arguments.push_back(argument);
    }
    return entry->pattern.format(arguments);
}

/// Walks a program over the frame and a page.
class Writer {
public:
    Writer(const Catalogue& words, const Reading& reading, std::string& out)
        : words_(words), reading_(reading), out_(out) {}

    void begin(const void* frame, const void* page) { scopes_ = {frame, page}; }

    void run(const Program& program, std::size_t from, std::size_t to) {
        for (auto at = from; at < to;) {
            const auto& step = program[at];
            switch (step.does) {
                case Step::Does::literal: out_ += step.text; break;
                case Step::Does::value: value(step); break;
                case Step::Does::words: words(step); break;
                case Step::Does::open: open(program, at); break;
                case Step::Does::open_if:
                    if (holds(step.reference)) run(program, at + 1, step.end);
                    break;
                case Step::Does::open_not:
                    if (!holds(step.reference)) run(program, at + 1, step.end);
                    break;
            }
            at = step.end != 0 ? step.end : at + 1;
        }
    }

private:
    const void* get(const Reference& reference) const { return reference.field->get(scopes_[reference.scope]); }

    bool holds(const Reference& reference) const {
        const auto* object = get(reference);
        if (!object) return false;
        switch (reference.field->kind) {
            case Kind::text: return !static_cast<const std::string*>(object)->empty();
            case Kind::number: return *static_cast<const std::int64_t*>(object) != 0;
            case Kind::flag: return *static_cast<const bool*>(object);
            case Kind::list: return reference.field->size(object) > 0;
            case Kind::message: return !static_cast<const Message*>(object)->key.empty();
            default: return true;
        }
    }

    void open(const Program& program, std::size_t at) {
        const auto& step = program[at];
        if (!holds(step.reference)) return;
        const auto& field = *step.reference.field;
        const auto* object = get(step.reference);
        if (field.kind == Kind::list) {
            for (std::size_t place = 0; place < field.size(object); ++place) {
                scopes_.push_back(field.at(object, place));
                run(program, at + 1, step.end);
                scopes_.pop_back();
            }
        } else if (field.kind == Kind::record) {
            scopes_.push_back(object);
            run(program, at + 1, step.end);
            scopes_.pop_back();
        } else {
            run(program, at + 1, step.end);
        }
    }

    void value(const Step& step) {
        const auto* object = get(step.reference);
        if (!object) return;
        written_.clear();
        append(step.reference.field->kind, object, step.writing, written_);
        append_escaped(out_, written_);
    }

    void append(Kind kind, const void* object, Writing writing, std::string& out) const {
        const bool machine = writing == Writing::machine;
        switch (kind) {
            case Kind::text: out += *static_cast<const std::string*>(object); break;
            case Kind::url: out += static_cast<const Url*>(object)->text(); break;
            case Kind::message: out += words_of(words_, *static_cast<const Message*>(object)); break;
            case Kind::number: {
                const auto number = *static_cast<const std::int64_t*>(object);
                if (machine)
                    out += std::to_string(number);
                else
                    append_number(out, number, reading_);
                break;
            }
            case Kind::money: {
                const auto& money = *static_cast<const Money*>(object);
                if (machine)
                    out += decimal(money);
                else
                    append_money(out, money, reading_);
                break;
            }
            case Kind::date: {
                const auto& date = *static_cast<const Date*>(object);
                if (machine)
                    append_iso_date(out, date);
                else
                    append_date(out, date, reading_);
                break;
            }
            case Kind::instant: {
                const auto& instant = *static_cast<const Instant*>(object);
                if (machine)
                    append_iso_instant(out, instant);
                else
                    append_instant(out, instant, reading_);
                break;
            }
            case Kind::flag:
            case Kind::record:
            case Kind::list: break;
        }
    }

    void words(const Step& step) {
        const auto* entry = words_.find(step.text);
        if (!entry) throw std::logic_error("words vanished: " + step.text);
        std::vector<std::string> values(step.parameters.size());
        std::vector<Argument> arguments;
        arguments.reserve(step.parameters.size());
        for (std::size_t i = 0; i < step.parameters.size(); ++i) {
            const auto& [name, reference] = step.parameters[i];
            const auto* object = get(reference);
            if (object && reference.field->kind == Kind::number) {
                const auto number = *static_cast<const std::int64_t*>(object);
                const auto type = entry->pattern.parameters().find(name);
                if (type != entry->pattern.parameters().end() && type->second == Pattern::Parameter::number) {
                    arguments.push_back({name, number});
                    continue;
                }
            }
            if (object) append(reference.field->kind, object, Writing::shown, values[i]);
            arguments.push_back({name, std::string_view(values[i])});
        }
        append_escaped(out_, entry->pattern.format(arguments));
    }

    const Catalogue& words_;
    const Reading& reading_;
    std::string& out_;
    std::string written_;
    std::vector<const void*> scopes_;
};

/// The words of every other language take what the source language's take.
void compare_languages(const std::map<std::string, Catalogue, std::less<>>& words,
                       const std::vector<std::string>& languages, const Sources& sources, std::vector<Fault>& faults) {
    const auto& source = words.at(languages.front());
    for (const auto& language : languages) {
        const auto& files = sources.words(language);
        if (files.empty())
            faults.push_back({"locale/" + language + ".po", 1, "the theme has no words in this language"});
        if (language == languages.front() || files.empty()) continue;
        const auto& other = words.at(language);
        for (const auto& [key, entry] : source.entries()) {
            const auto* translated = other.find(key);
            if (!translated) {
                faults.push_back({files.front().file, 1, "no words for " + key});
                continue;
            }
            for (const auto& [name, type] : entry.pattern.parameters()) {
                if (!translated->pattern.parameters().contains(name)) {
                    faults.push_back({translated->file, translated->line, key + " leaves out {" + name + "}"});
                }
            }
            for (const auto& [name, type] : translated->pattern.parameters()) {
                const auto original = entry.pattern.parameters().find(name);
                if (original == entry.pattern.parameters().end()) {
                    faults.push_back(
                        {translated->file, translated->line, key + " takes {" + name + "}, which nobody gives"});
                } else if (type == Pattern::Parameter::number && original->second != type) {
                    faults.push_back(
                        {translated->file, translated->line, key + " counts {" + name + "}, which is no number"});
                }
            }
        }
    }
}

/// Everything at once: what is compiled, and what is wrong with it.
template <class Compiled>
std::vector<Fault> compile_theme(const std::vector<std::filesystem::path>& folders,
                                 const std::vector<std::string>& languages, const Face& face, Compiled& compiled) {
    std::vector<Fault> faults;
    if (languages.empty()) throw std::invalid_argument("a theme needs a language");
    const Sources sources(folders, faults);

    compiled.source_language = languages.front();
    for (const auto& language : languages) {
        auto& catalogue = compiled.words[language];
        for (const auto& source : sources.words(language)) catalogue.add(source.text, source.file, language, faults);
    }
    compare_languages(compiled.words, languages, sources, faults);

    std::map<std::string, std::string> asset_paths;
    for (const auto& [name, source] : sources.statics()) {
        const std::filesystem::path path(name);
        const auto type = content_type_of(path.extension().string());
        if (type.empty()) {
            faults.push_back({source.file, 1, "a kind of file that is not served"});
            continue;
        }
        const auto served =
            "/static/" + path.stem().string() + "." + content_hash(source.text) + path.extension().string();
        asset_paths[name] = served;
        compiled.assets.emplace(served, Asset{served, std::string(type), source.text});
    }

    std::set<std::string, std::less<>> used_templates;
    Against against{sources, compiled.words.at(compiled.source_language), asset_paths, used_templates, faults};
    for (const auto* page : face.pages) {
        compiled.programs[page] = compile(std::string(page->name), *face.frame, *page, against);
    }
    for (const auto& [name, source] : sources.templates()) {
        if (!used_templates.contains(name)) faults.push_back({source.file, 1, "no page shows this template"});
    }
    std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) {
        return std::tie(a.file, a.line) < std::tie(b.file, b.line);
    });
    return faults;
}

std::string all_of(const std::vector<Fault>& faults) {
    std::string text = "the theme is broken";
    for (const auto& fault : faults) text += "\n" + to_string(fault);
    return text;
}

}  // namespace

ThemeBroken::ThemeBroken(std::vector<Fault> all) : std::runtime_error(all_of(all)), faults(std::move(all)) {}

std::vector<Fault> check(const std::vector<std::filesystem::path>& folders, const std::vector<std::string>& languages,
                         const Face& face) {
    try {
        const Theme theme(folders, languages, face);
        return {};
    } catch (const ThemeBroken& broken) {
        return broken.faults;
    }
}

Theme::Theme(const std::vector<std::filesystem::path>& folders, const std::vector<std::string>& languages,
             const Face& face) {
    auto compiled = std::make_unique<Compiled>();
    auto faults = compile_theme(folders, languages, face, *compiled);
    if (!faults.empty()) throw ThemeBroken(std::move(faults));
    compiled_ = std::move(compiled);
}

Theme::~Theme() = default;
Theme::Theme(Theme&&) noexcept = default;

const std::map<std::string, Asset, std::less<>>& Theme::assets() const {
    return compiled_->assets;
}

bool Theme::has_words(std::string_view key) const {
    return compiled_->words.at(compiled_->source_language).find(key) != nullptr;
}

std::string Theme::words(const Message& message, const Reading& reading) const {
    const auto found = compiled_->words.find(reading.language);
    return words_of(found == compiled_->words.end() ? compiled_->words.at(compiled_->source_language) : found->second,
                    message);
}

std::string Theme::render(const void* frame, const Shape&, const void* page, const Shape& page_shape,
                          const Reading& reading) const {
    const auto program = compiled_->programs.find(&page_shape);
    if (program == compiled_->programs.end()) {
        throw std::logic_error("this face has no page " + std::string(page_shape.name));
    }
    auto found = compiled_->words.find(reading.language);
    auto read_as = reading;
    if (found == compiled_->words.end()) {
        found = compiled_->words.find(compiled_->source_language);
        read_as.language = compiled_->source_language;
    }
    std::string out;
    out.reserve(16 * 1024);
    Writer writer(found->second, read_as, out);
    writer.begin(frame, page);
    writer.run(program->second, 0, program->second.size());
    return out;
}

}  // namespace noren::pages
