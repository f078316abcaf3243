// What several pages of a shop are made of: words, links, and the fields of forms.
#pragma once

#include "pages/model.hpp"

namespace noren::pages::shop {

/// Why something cannot be had, in words (code `reason.<code>`).
struct Reason {
    Message words;
    static const Shape& shape() {
        static const Shape shape{"reason", {must<&Reason::words>("words")}};
        return shape;
    }
};

/// A line of text, such as of an address.
struct Line {
    std::string text;
    static const Shape& shape() {
        static const Shape shape{"line", {must<&Line::text>("text")}};
        return shape;
    }
};

/// An address with its words.
struct Link {
    std::string label;
    Url url;
    bool is_current = false;
    static const Shape& shape() {
        static const Shape shape{
            "link", {must<&Link::label>("label"), must<&Link::url>("url"), may<&Link::is_current>("is_current")}};
        return shape;
    }
};

/// A field of a form: what was typed, and what is wrong with it (field.<code>).
struct Input {
    std::string value;
    std::optional<Message> error;
    static const Shape& shape() {
        static const Shape shape{"input", {must<&Input::value>("value"), must<&Input::error>("error")}};
        return shape;
    }
};

/// One of several to choose from: a country.
struct Choice {
    std::string value;
    std::string label;
    bool is_chosen = false;
    static const Shape& shape() {
        static const Shape shape{
            "choice",
            {must<&Choice::value>("value"), must<&Choice::label>("label"), must<&Choice::is_chosen>("is_chosen")}};
        return shape;
    }
};

struct CountryInput {
    std::vector<Choice> choices;
    std::optional<Message> error;
    static const Shape& shape() {
        static const Shape shape{"country",
                                 {must<&CountryInput::choices>("choices"), must<&CountryInput::error>("error")}};
        return shape;
    }
};

/// What is wrong in a form, above it: each leads to its field.
struct FormFault {
    Url field;
    Message label;  // form.<field>
    Message words;
    static const Shape& shape() {
        static const Shape shape{
            "form_fault",
            {must<&FormFault::field>("field"), must<&FormFault::label>("label"), must<&FormFault::words>("words")}};
        return shape;
    }
};

/// An address as it is typed.
struct AddressForm {
    Input name;
    Input street_1;
    Input street_2;
    Input city;
    Input region;
    Input postal_code;
    Input phone;
    CountryInput country;
    bool is_hotel = false;
    static const Shape& shape() {
        static const Shape shape{"address_form",
                                 {must<&AddressForm::name>("name"), must<&AddressForm::street_1>("street_1"),
                                  must<&AddressForm::street_2>("street_2"), must<&AddressForm::city>("city"),
                                  must<&AddressForm::region>("region"), must<&AddressForm::postal_code>("postal_code"),
                                  must<&AddressForm::phone>("phone"), must<&AddressForm::country>("country"),
                                  must<&AddressForm::is_hotel>("is_hotel")}};
        return shape;
    }
};

}  // namespace noren::pages::shop
