// What a template becomes: a row of steps over page models. Private to this module.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pages/html_reader.hpp"
#include "pages/messages.hpp"
#include "pages/model.hpp"

namespace noren::pages {

/// A value found from where a template names it: in the scope that many places from the outermost (0: the frame).
struct Reference {
    std::size_t scope = 0;
    const Field* field = nullptr;
};

struct Step {
    enum class Does {
        literal,   // writes `text` as it is
        value,     // writes what `reference` holds
        words,     // writes the message `text`
        open,      // begins a section: once for each entry, or once if it holds something; ends before `end`
        open_if,   // begins a section for when it holds something
        open_not,  // begins a section for when it holds nothing
    };
    Does does = Does::literal;
    std::string text;
    Reference reference;
    Writing writing = Writing::shown;
    std::vector<std::pair<std::string, Reference>> parameters;  // of words
    std::size_t end = 0;
};

using Program = std::vector<Step>;

/// The files of a theme, a more specific folder's before its base's.
class Sources {
public:
    Sources(const std::vector<std::filesystem::path>& folders, std::vector<Fault>& faults);

    struct Source {
        std::string file;  // as faults name it
        std::string text;
    };
    const std::map<std::string, Source, std::less<>>& templates() const { return templates_; }  // by name without .tpl
    const std::map<std::string, Source, std::less<>>& statics() const { return statics_; }      // by file name
    const std::vector<Source>& words(const std::string& language) const;

private:
    std::map<std::string, Source, std::less<>> templates_;
    std::map<std::string, Source, std::less<>> statics_;
    std::map<std::string, std::vector<Source>, std::less<>> words_;  // the most specific first
};

/// What every template of one face is compiled against.
struct Against {
    const Sources& sources;
    const Catalogue& words;                                 // in the source language
    const std::map<std::string, std::string>& asset_paths;  // by file name
    std::set<std::string, std::less<>>& used_templates;
    std::vector<Fault>& faults;
};

/// The program of the template `name` for this page; whatever is wrong is told in `against.faults`.
Program compile(const std::string& name, const Shape& frame, const Shape& page, Against& against);

/// Appends `text` with &, <, >, " and ' as entities: what is inert as an element's text and in a quoted attribute.
void append_escaped(std::string& out, std::string_view text);

}  // namespace noren::pages
