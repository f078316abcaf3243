// What crossing the C frame costs: an order of five lines goes to a carrier in this process as a message, three quotes
// come back and are verified and read.
//
// usage: frame_probe PLUGIN_FOLDER [rounds]
#include <noren/carrier.hpp>

#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace {

using namespace noren;

class Plugin {
public:
    explicit Plugin(const std::string& file) {
        void* module = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!module) throw std::runtime_error(dlerror());
        const auto symbol = dlsym(module, "noren_plugin_v1");
        if (!symbol) throw std::runtime_error(file + ": no noren_plugin_v1");
        table_ = reinterpret_cast<const noren_plugin* (*)()>(symbol)();
        wire::SettingsT settings;
        settings.root = std::make_unique<wire::SettingT>();
        settings.root->kind = wire::SettingKind::Map;
        Builder builder;
        builder.Finish(wire::CreateSettings(builder, &settings));
        if (table_->open(nullptr, {builder.GetBufferPointer(), builder.GetSize()}, &self_, &sink_) != 0) {
            throw std::runtime_error(file + ": does not open");
        }
    }
    const std::vector<std::uint8_t>& quotes(const Builder& request) {
        reply_.clear();
        const auto code =
            table_->call(self_, NOREN_CARRIER_QUOTES, {request.GetBufferPointer(), request.GetSize()}, &sink_);
        if (code != 0) throw std::runtime_error("the call returned " + std::to_string(code));
        return reply_;
    }

private:
    std::vector<std::uint8_t> reply_;
    noren_sink sink_{sizeof(noren_sink), 0, &reply_, [](void* ctx, noren_bytes bytes) -> std::int32_t {
                         static_cast<std::vector<std::uint8_t>*>(ctx)->assign(bytes.data, bytes.data + bytes.size);
                         return 0;
                     }};
    const noren_plugin* table_ = nullptr;
    void* self_ = nullptr;
};

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

const wire::Quotes& verified(const std::vector<std::uint8_t>& reply) {
    noren_fb::Verifier verifier(reply.data(), reply.size(), 32, 10000);
    if (!verifier.VerifyBuffer<wire::Reply>(nullptr)) throw std::runtime_error("the reply is not a message");
    const auto* quotes = noren_fb::GetRoot<wire::Reply>(reply.data())->answer_as_Quotes();
    if (!quotes) throw std::runtime_error("the reply holds no quotes");
    return *quotes;
}

std::int64_t by_accessors(Plugin& plugin, Builder& builder, const wire::QuotesRequestT& from) {
    builder.Clear();
    finish(builder, write_in_place(builder, from));
    std::int64_t sum = 0;
    for (const auto* quote : *verified(plugin.quotes(builder)).quotes()) sum += quote->price()->minor();
    return sum;
}

std::int64_t by_objects(Plugin& plugin, Builder& builder, const wire::QuotesRequestT& from) {
    builder.Clear();
    finish(builder, wire::CreateQuotesRequest(builder, &from));
    wire::QuotesT quotes;
    verified(plugin.quotes(builder)).UnPackTo(&quotes);
    std::int64_t sum = 0;
    for (const auto& quote : quotes.quotes) sum += quote.price->minor;
    return sum;
}

template <class Once>
double nanoseconds(Once once) {
    constexpr int calls = 500;  // short, so that some rounds go undisturbed on a busy machine
    std::int64_t sum = 0;
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) sum += once();
    const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - begun;
    if (sum == 0) throw std::runtime_error("the quotes are of nothing");
    return spent.count() / calls;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: frame_probe PLUGIN_FOLDER [rounds]\n");
        return 2;
    }
    const std::string folder = argv[1];
    const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 501;
    Plugin in_place(folder + "/rates_in_place.so");
    Plugin plain(folder + "/rates_plain.so");
    Builder builder;
    const auto asked = order();
    std::vector<double> accessors;
    std::vector<double> objects;
    for (int round = 0; round < rounds; ++round) {
        accessors.push_back(nanoseconds([&] { return by_accessors(in_place, builder, asked); }));
        objects.push_back(nanoseconds([&] { return by_objects(plain, builder, asked); }));
    }
    const auto report = [](const char* name, std::vector<double>& figures) {
        std::sort(figures.begin(), figures.end());
        std::printf("%-12s median %6.0f ns  least %6.0f ns\n", name, figures[figures.size() / 2], figures.front());
    };
    report("accessors", accessors);
    report("objects", objects);
}
