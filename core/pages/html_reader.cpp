#include "pages/html_reader.hpp"

#include <algorithm>
#include <array>

namespace noren::pages {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':';
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

template <std::size_t Size>
bool among(const std::array<std::string_view, Size>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// HTML Living Standard, 13.1.2.
constexpr std::array<std::string_view, 14> void_elements{"area",  "base", "br",   "col",    "embed", "hr",  "img",
                                                         "input", "link", "meta", "source", "track", "wbr", "param"};

/// Elements that run, load or rewrite something, or that browsers read by rules of their own.
constexpr std::array<std::string_view, 20> refused_elements{
    "applet", "base",    "embed",    "fencedframe",   "frame", "frameset",     "iframe",
    "math",   "noembed", "noframes", "object",        "param", "portal",       "plaintext",
    "style",  "xmp",     "animate",  "animatemotion", "set",   "foreignobject"};

/// Attributes that a browser runs, loads or rewrites the page by, though a template writes them out.
constexpr std::array<std::string_view, 7> refused_attributes{"style",      "srcdoc",     "formaction", "http-equiv",
                                                             "xlink:href", "background", "ping"};

/// Attributes whose value is an address.
constexpr std::array<std::string_view, 3> address_attributes{"href", "src", "action"};

/// Attributes that are text to every browser, so that escaping is enough; and all of aria-* and data-*.
constexpr std::array<std::string_view, 13> text_attributes{"alt",  "class",       "content", "datetime",  "for",
                                                           "id",   "lang",        "max",     "maxlength", "min",
                                                           "name", "placeholder", "title"};

/// Of those, and `value`, what machines read.
constexpr std::array<std::string_view, 6> machine_attributes{"content", "datetime", "max", "maxlength", "min", "value"};

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

bool takes_text(std::string_view attribute) {
    return attribute == "value" || among(text_attributes, attribute) || starts_with(attribute, "aria-") ||
           starts_with(attribute, "data-");
}

bool has_scheme_that_runs(std::string_view address) {
    std::string compact;
    for (const char c : address) {
        if (c > ' ') compact += lower(c);
    }
    return starts_with(compact, "javascript:") || starts_with(compact, "data:") || starts_with(compact, "vbscript:");
}

}  // namespace

bool HtmlReader::tag_has(std::string_view attribute) const {
    return std::find(attributes_.begin(), attributes_.end(), attribute) != attributes_.end();
}

void HtmlReader::literal(std::string_view html, int line) {
    for (const char c : html) {
        read(c, line);
        if (c == '\n') ++line;
    }
}

void HtmlReader::read(char c, int line) {
    switch (state_) {
        case State::text:
            if (c == '<') state_ = State::tag_open, run_.clear();
            break;
        case State::raw_text:
        case State::inert_text: {
            run_ += lower(c);
            const auto end = "</" + open_.back().name + ">";
            if (run_.size() >= end.size() && run_.compare(run_.size() - end.size(), end.size(), end) == 0) {
                run_.resize(run_.size() - end.size());
                if (state_ == State::raw_text && !std::all_of(run_.begin(), run_.end(), is_blank)) {
                    complain_(line, "a script written into the page: put it into a file and name that by src");
                }
                open_.pop_back();
                state_ = State::text;
            }
            break;
        }
        case State::tag_open:
            if (is_letter(c)) {
                tag_.assign(1, lower(c));
                attributes_.clear();
                posts_ = is_csrf_field_ = has_csrf_value_ = false;
                state_ = State::tag_name;
            } else if (c == '/') {
                state_ = State::end_tag;
            } else if (c == '!') {
                state_ = State::declaration;
            } else {
                complain_(line, "a lone '<': write &lt;");
                state_ = State::text;
            }
            break;
        case State::tag_name:
            if (is_name(c))
                tag_ += lower(c);
            else if (is_blank(c))
                state_ = State::in_tag;
            else if (c == '/')
                state_ = State::self_closing;
            else if (c == '>')
                finish_tag(false, line);
            else
                complain_(line, "the name of a tag has a strange character");
            break;
        case State::in_tag:
            if (is_blank(c)) break;
            if (c == '>') {
                finish_tag(false, line);
            } else if (c == '/') {
                state_ = State::self_closing;
            } else if (is_name(c)) {
                attribute_.assign(1, lower(c));
                attribute_value_.clear();
                has_address_value_ = false;
                state_ = State::attribute_name;
            } else {
                complain_(line, "an attribute begins with a strange character (no blanks around its '=')");
            }
            break;
        case State::attribute_name:
            if (is_name(c))
                attribute_ += lower(c);
            else if (c == '=')
                state_ = State::before_value;
            else if (is_blank(c))
                finish_attribute(line), state_ = State::in_tag;
            else if (c == '>')
                finish_attribute(line), finish_tag(false, line);
            else if (c == '/')
                finish_attribute(line), state_ = State::self_closing;
            else
                complain_(line, "the name of an attribute has a strange character");
            break;
        case State::before_value:
            if (c == '"' || c == '\'') {
                quote_ = c;
            } else {
                complain_(line, "the value of " + attribute_ + " is not quoted");
                quote_ = '>';  // read on to the end of the tag
            }
            state_ = State::value;
            break;
        case State::value:
            if (c == quote_) {
                finish_attribute(line);
                if (c == '>')
                    finish_tag(false, line);
                else
                    state_ = State::after_value;
            } else {
                if (has_address_value_) complain_(line, "an address must be the whole value of " + attribute_);
                has_address_value_ = false;
                attribute_value_ += c;
            }
            break;
        case State::after_value:
            if (is_blank(c))
                state_ = State::in_tag;
            else if (c == '>')
                finish_tag(false, line);
            else if (c == '/')
                state_ = State::self_closing;
            else
                complain_(line, "no blank between two attributes"), state_ = State::in_tag;
            break;
        case State::self_closing:
            if (c != '>') complain_(line, "a '/' within a tag");
            finish_tag(true, line);
            break;
        case State::end_tag:
            if (c == '>')
                finish_end_tag(line);
            else
                run_ += lower(c);
            break;
        case State::declaration:
            run_ += lower(c);
            if (run_ == "--") {
                run_.clear();
                state_ = State::comment;
            } else if (c == '>') {
                if (run_ != "doctype html>") complain_(line, "no other declaration than <!doctype html>");
                state_ = State::text;
            }
            break;
        case State::comment:
            run_ += c;
            if (run_.size() >= 3 && run_.compare(run_.size() - 3, 3, "-->") == 0) state_ = State::text;
            break;
    }
}

void HtmlReader::finish_attribute(int line) {
    if (tag_has(attribute_)) complain_(line, attribute_ + " stands twice in one tag");
    attributes_.push_back(attribute_);
    if (starts_with(attribute_, "on")) complain_(line, attribute_ + " is a script in an attribute");
    if (among(refused_attributes, attribute_)) complain_(line, "the attribute " + attribute_ + " is not for templates");
    if (among(address_attributes, attribute_) && has_scheme_that_runs(attribute_value_)) {
        complain_(line, attribute_ + " has an address that runs or carries code");
    }
    if (tag_ == "script" && attribute_ == "src" && !has_address_value_) {
        complain_(line, "a script comes from the theme: src=\"{{asset name.js}}\"");
    }
    if (tag_ == "form" && attribute_ == "method") {
        auto method = attribute_value_;
        std::transform(method.begin(), method.end(), method.begin(), lower);
        posts_ = method == "post";
        if (method != "post" && method != "get") complain_(line, "a form's method is post or get");
    }
    if (tag_ == "input" && attribute_ == "name") is_csrf_field_ = attribute_value_ == "csrf";
}

void HtmlReader::finish_tag(bool is_self_closing, int line) {
    if (among(refused_elements, tag_)) complain_(line, "the element " + tag_ + " is not for templates");
    if (tag_ == "img" && !tag_has("alt")) complain_(line, "img without alt");
    if (tag_ == "html" && !tag_has("lang")) complain_(line, "html without lang");
    if (tag_ == "script" && !tag_has("src")) complain_(line, "a script written into the page: name a file by src");
    if (tag_ == "input" && is_csrf_field_ && has_csrf_value_) form_has_csrf_ = true;
    if (tag_ == "form") {
        for (const auto& element : open_) {
            if (element.name == "form") complain_(line, "a form within a form");
        }
        form_posts_ = posts_;
        form_has_csrf_ = false;
    }
    state_ = State::text;
    if (among(void_elements, tag_)) return;
    if (is_self_closing) {
        const bool in_svg = std::any_of(open_.begin(), open_.end(), [](const Element& e) { return e.name == "svg"; });
        if (in_svg) return;
        complain_(line, tag_ + " closes itself, which HTML does not know: write </" + tag_ + ">");
    }
    open_.push_back({tag_, line, ++elements_});
    run_.clear();
    if (tag_ == "script") state_ = State::raw_text;
    if (tag_ == "title" || tag_ == "textarea") {
        const bool in_svg = open_.size() > 1 && open_[open_.size() - 2].name == "svg";
        state_ = in_svg ? State::text : State::inert_text;
    }
}

void HtmlReader::finish_end_tag(int line) {
    state_ = State::text;
    while (!run_.empty() && is_blank(run_.back())) run_.pop_back();
    if (open_.empty()) return complain_(line, "</" + run_ + "> closes nothing");
    if (open_.back().name != run_) {
        complain_(line, "</" + run_ + "> while " + open_.back().name + " of line " + std::to_string(open_.back().line) +
                            " is open");
        const auto opener =
            std::find_if(open_.rbegin(), open_.rend(), [&](const Element& e) { return e.name == run_; });
        if (opener == open_.rend()) return;
        open_.erase(opener.base(), open_.end());
    }
    open_.pop_back();
    if (run_ == "form" && form_posts_ && !form_has_csrf_) {
        complain_(line, "a form that posts needs <input type=\"hidden\" name=\"csrf\" value=\"{{csrf}}\">");
    }
}

Writing HtmlReader::value(std::string_view name, Kind kind, int line) {
    switch (state_) {
        case State::text:
        case State::inert_text: return Writing::shown;
        case State::raw_text: complain_(line, "a value in a script"); return Writing::shown;
        case State::comment: complain_(line, "a value in a comment"); return Writing::shown;
        case State::before_value:
            complain_(line, "a value in " + attribute_ + " without quotes");
            quote_ = '>';
            state_ = State::value;
            return Writing::shown;
        case State::value: break;
        default: complain_(line, "a value as part of a tag"); return Writing::shown;
    }
    if (among(address_attributes, attribute_)) {
        if (attribute_ == "src" && tag_ != "img") {
            complain_(line, "a value as what " + tag_ + " loads");
        } else if (attribute_ == "href" && tag_ == "link") {
            // Canonical and alternate addresses; style sheets are files of the theme.
            if (kind != Kind::url) complain_(line, "a value in href that is no address");
        } else if (kind != Kind::url) {
            complain_(line, "a value in " + attribute_ + " that is no address");
        }
        if (!attribute_value_.empty() || has_address_value_) {
            complain_(line, "an address must be the whole value of " + attribute_);
        }
        has_address_value_ = true;
        return Writing::shown;
    }
    if (!takes_text(attribute_)) complain_(line, "a value in the attribute " + attribute_);
    if (attribute_ == "value" && name == "csrf") has_csrf_value_ = true;
    const bool machine = among(machine_attributes, attribute_) || starts_with(attribute_, "data-");
    return machine ? Writing::machine : Writing::shown;
}

void HtmlReader::asset(std::string_view file, int line) {
    const bool fits =
        state_ == State::value && (attribute_ == "src" || attribute_ == "href") && attribute_value_.empty();
    if (!fits) return complain_(line, "a file of the theme (" + std::string(file) + ") is named in src or href alone");
    has_address_value_ = true;
}

HtmlReader::Place HtmlReader::place() const {
    Place place{static_cast<int>(state_ == State::after_value ? State::in_tag : state_), {}, {}};
    if (state_ == State::value) place.attribute = attribute_ + quote_;
    for (const auto& element : open_) place.open.push_back(element.number);
    return place;
}

std::string HtmlReader::section_fault() const {
    switch (state_) {
        case State::text:
        case State::inert_text:
        case State::in_tag: return {};
        case State::value: return among(address_attributes, attribute_) ? "a section within an address" : "";
        case State::after_value:
        case State::tag_name:
        case State::attribute_name: return "a section within a tag stands between blanks: {{#name}}word {{/name}}";
        default: return "a section here";
    }
}

void HtmlReader::finish(int line) {
    if (state_ != State::text) complain_(line, "the page ends within a tag or a comment");
    for (const auto& element : open_) {
        complain_(line, element.name + " of line " + std::to_string(element.line) + " is never closed");
    }
}

}  // namespace noren::pages
