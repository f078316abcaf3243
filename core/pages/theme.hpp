// Theme: a folder of templates, words and files, checked once and then rendered from page models.
//
//   <theme>/*.tpl            templates and the parts they include
//   <theme>/static/*         files served under /static/ with their hash in the name
//   <theme>/locale/<l>.po    words; the first language is the source of the others
//
// A template is HTML with, between double braces:
//
//   name             a value of the page, written for the reader and escaped for where it stands
//   #name ... /name  shown for each entry of a list, or within a record; for other values as the next
//   ?name ... /name  shown once when there is such a value and it is not false, 0 or empty
//   ^name ... /name  shown when there is not
//   >part            another template of the theme
//   text key         words of the catalogue; their parameters are values of the page
//   asset file       the address of a file under static/
//   ! ...            a remark
//
// Escaping cannot be turned off. What could become code whatever the escaping (scripts, styles, event handlers,
// addresses that are no Url) is refused when the theme is loaded, as is a name that the page does not have.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "pages/messages.hpp"
#include "pages/model.hpp"
#include "pages/reading.hpp"

namespace noren::pages {

/// What a face can show: the frame that every page has, and its pages; a page's template is <name of its shape>.tpl.
struct Face {
    const Shape* frame = nullptr;
    std::vector<const Shape*> pages;
};

/// What is wrong in a theme, all of it, in the order of files and lines. `folders`: the most specific first; a file
/// that one lacks is taken from the next. `languages`: BCP 47, the source language first.
std::vector<Fault> check(const std::vector<std::filesystem::path>& folders, const std::vector<std::string>& languages,
                         const Face& face);

class ThemeBroken : public std::runtime_error {
public:
    explicit ThemeBroken(std::vector<Fault> all);
    const std::vector<Fault> faults;
};

/// A file to serve as it is, for ever: its name changes with its content.
struct Asset {
    std::string path;  // /static/styles.1f3a5c7e9b2d4f60.css
    std::string content_type;
    std::string bytes;
};

/// Any thread.
class Theme {
public:
    /// Throws ThemeBroken.
    Theme(const std::vector<std::filesystem::path>& folders, const std::vector<std::string>& languages,
          const Face& face);
    ~Theme();
    Theme(Theme&&) noexcept;

    /// The page as HTML. A language that the theme does not have reads as its source language. Throws std::logic_error
    /// when the face has no such page.
    template <class Frame, class Page>
    std::string render(const Frame& frame, const Page& page, const Reading& reading) const {
        return render(&frame, Frame::shape(), &page, Page::shape(), reading);
    }

    /// The files under static/, by path.
    const std::map<std::string, Asset, std::less<>>& assets() const;

    /// Words by their key, for what is no page, such as a mail's subject. A key that is not there is shown in words.
    std::string words(const Message& message, const Reading& reading) const;
    bool has_words(std::string_view key) const;

private:
    std::string render(const void* frame, const Shape& frame_shape, const void* page, const Shape& page_shape,
                       const Reading& reading) const;
    struct Compiled;
    std::unique_ptr<const Compiled> compiled_;
};

}  // namespace noren::pages
