#include "pages/pictures.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "catalog/catalog.hpp"
#include "http/static_files.hpp"

namespace noren::pages {
namespace {

/// Cloth, its shade, and the undyed crest.
struct Dye {
    std::string_view cloth, shade, crest;
};
constexpr std::array<Dye, 8> dyes{{{"#274b73", "#1f3d5e", "#f4efe4"},
                                   {"#7a2f2a", "#652521", "#f6e9df"},
                                   {"#3f6247", "#33503a", "#eef1e4"},
                                   {"#5b4a7a", "#4a3c64", "#f0ebf5"},
                                   {"#8a6a2f", "#725726", "#faf3e0"},
                                   {"#2f6a70", "#26565b", "#e6f2f1"},
                                   {"#70455a", "#5b384a", "#f7eaf0"},
                                   {"#454b55", "#373c45", "#eff0f2"}}};

/// FNV-1a, then SplitMix64's mixing: neighbouring SKUs look apart.
std::uint64_t seed_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
    return hash ^ (hash >> 31);
}

std::string circle(int x, int y, int radius, std::string_view look) {
    return "<circle cx=\"" + std::to_string(x) + "\" cy=\"" + std::to_string(y) + "\" r=\"" + std::to_string(radius) +
           "\" " + std::string(look) + "/>";
}

}  // namespace

std::string picture_of(std::string_view sku) {
    auto seed = seed_of(sku);
    const auto take = [&seed](std::uint64_t choices) {
        const auto taken = seed % choices;
        seed /= choices;
        return static_cast<int>(taken);
    };
    const auto& dye = dyes[static_cast<std::size_t>(take(dyes.size()))];
    const int motif = take(4);
    const int petals = 5 + take(4);
    const int radius = 40 + take(3) * 10;

    std::string svg =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 320\" width=\"320\" height=\"320\">"
        "<rect width=\"320\" height=\"320\" fill=\"" +
        std::string(dye.cloth) + "\"/><g fill=\"none\" stroke=\"" + std::string(dye.shade) + "\" stroke-width=\"6\">";
    for (int row = 0; row < 9; ++row) {
        for (int column = 0; column < 9; ++column) {
            const int x = column * 40 + (row % 2 != 0 ? 20 : 0);
            const int y = row * 40;
            if (motif == 0) svg += circle(x, y, 34, "");
            if (motif == 1) svg += circle(x, y, 8, "");
            if (motif == 2) {
                svg += "<path d=\"M" + std::to_string(x - 20) + " " + std::to_string(y) + "l20-20 20 20-20 20z\"/>";
            }
            if (motif == 3) {
                svg += "<path d=\"M" + std::to_string(x - 20) + " " + std::to_string(y) + "q10-16 20 0t20 0\"/>";
            }
        }
    }
    svg += "</g><g fill=\"" + std::string(dye.crest) + "\">" + circle(160, 160, 92, "");
    svg += "</g><g fill=\"" + std::string(dye.cloth) + "\" transform=\"translate(160 160)\">";
    for (int petal = 0; petal < petals; ++petal) {
        svg += "<ellipse cx=\"0\" cy=\"-" + std::to_string(radius) + "\" rx=\"16\" ry=\"26\" transform=\"rotate(" +
               std::to_string(petal * 360 / petals) + ")\"/>";
    }
    svg += "<circle r=\"16\"/></g></svg>";
    return svg;
}

void add_media(http::Router& router, const std::filesystem::path& folder) {
    auto files = std::filesystem::is_directory(folder) ? std::make_shared<const http::StaticFiles>(folder) : nullptr;
    http::Route route;
    route.pattern = "/media/{file...}";
    route.handler = [files = std::move(files)](const http::Request& request) {
        const std::string_view file = request.parameter("file");
        if (files) {
            auto response = files->serve(request, file);
            if (response.status() != 404) return response;
        }
        constexpr std::string_view ending = ".svg";
        const auto sku = file.substr(0, file.size() - std::min(ending.size(), file.size()));
        if (!file.ends_with(ending) || !catalog::is_sku(sku)) {
            throw http::BadRequest({404, "not_found", "there is no such picture"});
        }
        http::Response response(200);
        response.set_body(picture_of(sku), "image/svg+xml");
        response.set_header("Cache-Control", "public, max-age=3600");
        return http::with_etag(request, std::move(response));
    };
    router.add(std::move(route));
}

}  // namespace noren::pages
