// What a call of a plugin costs the server, in both modes: an order of five lines is written, a carrier asked, its
// three quotes verified, structure and meaning, and read. By accessors, and by the object API on both sides.
//
// usage: host_probe HELPER PLUGIN_FOLDER [--json]
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <noren/carrier.hpp>
#include <string>
#include <vector>

#include "host/host.hpp"

namespace {

using namespace noren;
using std::chrono::steady_clock;

wire::QuotesRequestT order() {
    wire::QuotesRequestT made;
    made.origin_country = "JP";
    made.currency = "JPY";
    made.packing_g = 200;
    made.destination = std::make_unique<wire::DestinationT>();
    made.destination->country = "US";
    made.destination->region = "CA";
    made.destination->postal_code = "94105";
    for (int i = 0; i < 5; ++i) {
        auto& line = made.lines.emplace_back();
        line.sku = "SKU-00000" + std::to_string(i);
        line.quantity = 1 + i;
        line.unit_price = wire_money({1500 + i, JPY});
        line.sale_state = "in_stock";
        line.weight_g = 300 + i;
        line.length_mm = 300;
        line.width_mm = 200;
        line.height_mm = 100;
    }
    return made;
}

noren_fb::Offset<wire::QuotesRequest> write_in_place(Builder& builder, const wire::QuotesRequestT& from) {
    const auto text_at = [&builder](const std::string& text) { return builder.CreateString(text); };
    std::array<noren_fb::Offset<wire::Line>, 5> lines;
    const auto yen = text_at("JPY");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& line = from.lines[i];
        const auto sku = text_at(line.sku);
        const auto price = wire::CreateMoney(builder, line.unit_price->minor, yen);
        const auto state = text_at(line.sale_state);
        wire::LineBuilder at(builder);
        at.add_sku(sku);
        at.add_quantity(line.quantity);
        at.add_unit_price(price);
        at.add_sale_state(state);
        at.add_weight_g(line.weight_g);
        at.add_length_mm(line.length_mm);
        at.add_width_mm(line.width_mm);
        at.add_height_mm(line.height_mm);
        lines[i] = at.Finish();
    }
    const auto lines_at = builder.CreateVector(lines.data(), lines.size());
    const auto country = text_at(from.destination->country);
    const auto region = text_at(from.destination->region);
    const auto postal_code = text_at(from.destination->postal_code);
    const auto destination = wire::CreateDestination(builder, country, region, postal_code);
    return wire::CreateQuotesRequest(builder, text_at(from.origin_country), destination, lines_at, yen, from.packing_g);
}

void finish(Builder& builder, noren_fb::Offset<wire::QuotesRequest> ask) {
    const auto context = wire::CreateContext(builder, 1, 1499644800000000, 1499644801000000);
    builder.Finish(wire::CreateRequest(builder, context, wire::Ask::QuotesRequest, ask.Union()));
}

host::Reply quotes(host::Instance& instance, const Builder& request) {
    auto reply = instance.call(NOREN_CARRIER_QUOTES, {request.GetBufferPointer(), request.GetSize()},
                               host::CallOptions::within(std::chrono::seconds(5)));
    if (!reply) throw std::runtime_error(reply.error().message);
    if ((*reply)->answer_as_Quotes() == nullptr) throw std::runtime_error("the reply holds no quotes");
    return *std::move(reply);
}

std::int64_t by_accessors(host::Instance& instance, Builder& builder, const wire::QuotesRequestT& from) {
    builder.Clear();
    finish(builder, write_in_place(builder, from));
    const auto reply = quotes(instance, builder);
    std::int64_t sum = 0;
    for (const auto* quote : *reply->answer_as_Quotes()->quotes()) sum += quote->price()->minor();
    return sum;
}

std::int64_t by_objects(host::Instance& instance, Builder& builder, const wire::QuotesRequestT& from) {
    builder.Clear();
    finish(builder, wire::CreateQuotesRequest(builder, &from));
    const auto reply = quotes(instance, builder);
    wire::QuotesT answer;
    reply->answer_as_Quotes()->UnPackTo(&answer);
    std::int64_t sum = 0;
    for (const auto& quote : answer.quotes) sum += quote.price->minor;
    return sum;
}

template <class Once>
double nanoseconds(int calls, Once once) {
    std::int64_t sum = 0;
    const auto begun = steady_clock::now();
    for (int i = 0; i < calls; ++i) sum += once();
    const std::chrono::duration<double, std::nano> spent = steady_clock::now() - begun;
    if (sum == 0) throw std::runtime_error("the quotes are of nothing");
    return spent.count() / calls;
}

struct Figure {
    const char* name;
    double goal;
    std::vector<double> measured = {};

    double median() {
        std::sort(measured.begin(), measured.end());
        return measured[measured.size() / 2];
    }
    double least() const { return *std::min_element(measured.begin(), measured.end()); }
};

std::shared_ptr<host::Instance> open(host::Host& host, const std::filesystem::path& plugin, host::Isolation isolation) {
    auto loaded = host.load(plugin, {.isolation = isolation});
    if (!loaded) throw std::runtime_error(loaded.error().text());
    wire::SettingsT settings;
    settings.root = std::make_unique<wire::SettingT>();
    settings.root->kind = wire::SettingKind::Map;
    Builder builder;
    builder.Finish(wire::CreateSettings(builder, &settings));
    host::InstancePlan plan{
        "bench", "rates", {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()}, {}};
    auto instance = (*loaded)->open(std::move(plan));
    if (!instance) throw std::runtime_error(instance.error().message);
    return *instance;
}

/// A process that sends back what it gets: what isolation cannot be cheaper than on this machine. Forked once, before
/// anything is measured: after a fork every page that the parent writes to is copied, which would count as its work.
class Echo {
public:
    Echo() {
        if (::pipe(there_.data()) != 0 || ::pipe(back_.data()) != 0) throw std::runtime_error("no pipe");
        if (::fork() != 0) return;
        ::close(there_[1]);
        char byte = 0;
        while (::read(there_[0], &byte, 1) == 1) {
            if (::write(back_[1], &byte, 1) != 1) break;
        }
        ::_exit(0);
    }
    Echo(const Echo&) = delete;
    Echo& operator=(const Echo&) = delete;
    ~Echo() {
        for (const int end : {there_[0], there_[1], back_[0], back_[1]}) ::close(end);
    }

    std::int64_t round_trip() {
        char byte = 'x';
        return ::write(there_[1], &byte, 1) + ::read(back_[0], &byte, 1);
    }

private:
    std::array<int, 2> there_{};
    std::array<int, 2> back_{};
};

/// The same work in every run, 4 KiB through FNV-1a: a processor that is slow for a while is slow at this too.
std::int64_t fixed_work() {
    static const std::string text(4096, 'n');
    std::uint64_t hash = 14695981039346656037ULL;
    for (const unsigned char byte : text) hash = (hash ^ byte) * 1099511628211ULL;
    return static_cast<std::int64_t>(hash >> 1U);
}

int measure(const std::filesystem::path& helper, const std::filesystem::path& folder, bool json) {
    auto name = (std::filesystem::temp_directory_path() / "noren-bench-XXXXXX").string();
    const std::filesystem::path cache = ::mkdtemp(name.data());
    std::vector<Figure> figures{{"in-process by accessors, ns", 1500},
                                {"in-process by objects, ns", 2500},
                                {"isolated by accessors, ns", 40'000},
                                {"isolated by objects, ns", 40'000},
                                {"bare round trip between processes, ns", 0},
                                {"load and open, isolated, ns", 0},
                                {"fixed loop, ns", 0}};
    {
        Echo echo;
        const SystemClock clock;
        host::Host host({helper, cache, {}}, clock);
        const auto fast = open(host, folder / "rates_in_place.so", host::Isolation::none);
        const auto plain = open(host, folder / "rates_plain.so", host::Isolation::none);
        const auto fast_apart = open(host, folder / "rates_in_place.so", host::Isolation::process);
        const auto plain_apart = open(host, folder / "rates_plain.so", host::Isolation::process);
        const auto asked = order();
        Builder builder;
        for (int round = 0; round < 101; ++round) {  // interleaved, so that a busy moment touches all alike
            figures[0].measured.push_back(nanoseconds(500, [&] { return by_accessors(*fast, builder, asked); }));
            figures[1].measured.push_back(nanoseconds(500, [&] { return by_objects(*plain, builder, asked); }));
            figures[2].measured.push_back(nanoseconds(50, [&] { return by_accessors(*fast_apart, builder, asked); }));
            figures[3].measured.push_back(nanoseconds(50, [&] { return by_objects(*plain_apart, builder, asked); }));
            figures[4].measured.push_back(nanoseconds(200, [&] { return echo.round_trip(); }));
            figures[6].measured.push_back(nanoseconds(50, fixed_work));
            if (round % 5 == 0) {
                figures[5].measured.push_back(nanoseconds(1, [&] {
                    return open(host, folder / "rates_plain.so", host::Isolation::process) != nullptr ? 1 : 0;
                }));
            }
        }
    }
    std::filesystem::remove_all(cache);
    std::string list;
    for (auto& figure : figures) {
        const double median = figure.median();
        std::fprintf(stderr, "%-40s median %9.0f  least %9.0f", figure.name, median, figure.least());
        std::fprintf(stderr, figure.goal > 0 ? "  goal %.0f\n" : "\n", figure.goal);
        char entry[256];
        std::snprintf(entry, sizeof entry,
                      R"(%s{"name": "%s", "value": %.0f, "unit": "ns", "goal": %s, "reached": %s})",
                      list.empty() ? "" : ", ", figure.name, median,
                      figure.goal > 0 ? std::to_string(static_cast<int>(figure.goal)).c_str() : "null",
                      figure.goal == 0        ? "null"
                      : median <= figure.goal ? "true"
                                              : "false");
        list += entry;
    }
    if (json) std::printf("[%s]\n", list.c_str());
    return 0;
}

}  // namespace

int main(int count, char** words) {
    if (count < 3) {
        std::fprintf(stderr, "usage: host_probe HELPER PLUGIN_FOLDER [--json]\n");
        return 2;
    }
    try {
        return measure(words[1], words[2], count > 3 && std::string_view(words[3]) == "--json");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "host_probe: %s\n", error.what());
        return 1;
    }
}
