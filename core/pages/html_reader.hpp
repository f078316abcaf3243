// HtmlReader: reads a template's HTML as a browser would, to know what a value would become where it stands.
//
// It is strict where browsers guess: tags are closed in order, attributes are quoted, scripts and styles are files of
// their own. So what it lets pass has one meaning, and escaping for that meaning is enough.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pages/model.hpp"

namespace noren::pages {

/// How a value is written where it stands.
enum class Writing {
    shown,    // as people read it, escaped
    machine,  // ISO dates, plain digits and decimals, escaped: attributes such as datetime and value
};

class HtmlReader {
public:
    /// Told of each fault, with the line that literal() was given.
    using Complain = std::function<void(int line, std::string what)>;

    explicit HtmlReader(Complain complain) : complain_(std::move(complain)) {}

    /// Reads on. `line` is of the text's first character.
    void literal(std::string_view html, int line);

    /// A value of this kind and name stands here.
    Writing value(std::string_view name, Kind kind, int line);
    /// The address of a file of the theme stands here.
    void asset(std::string_view file, int line);

    /// Where a section begins or ends: between the two nothing may be left open.
    struct Place {
        int state = 0;
        std::vector<int> open;  // each open element by its own number
        std::string attribute;
        friend bool operator==(const Place&, const Place&) = default;
    };
    Place place() const;
    /// Why a section may not begin or end here; empty when it may.
    std::string section_fault() const;

    /// The template ends.
    void finish(int line);

private:
    enum class State {
        text,
        raw_text,    // in script
        inert_text,  // in title or textarea
        tag_open,
        tag_name,
        in_tag,
        attribute_name,
        before_value,
        value,
        after_value,
        self_closing,
        end_tag,
        declaration,
        comment,
    };
    struct Element {
        std::string name;
        int line = 0;
        int number = 0;
    };

    void read(char c, int line);
    void finish_attribute(int line);
    void finish_tag(bool is_self_closing, int line);
    void finish_end_tag(int line);
    bool tag_has(std::string_view attribute) const;

    Complain complain_;
    State state_ = State::text;
    std::vector<Element> open_;
    int elements_ = 0;
    std::string tag_;
    std::string run_;  // of a declaration, an end tag, or raw text
    std::string attribute_;
    std::string attribute_value_;
    std::vector<std::string> attributes_;
    char quote_ = 0;
    bool has_address_value_ = false;  // the attribute is one whole address, nothing may follow it
    bool has_csrf_value_ = false;
    bool is_csrf_field_ = false;
    bool posts_ = false;
    bool form_has_csrf_ = false;
    bool form_posts_ = false;
};

}  // namespace noren::pages
