#include <noren/carrier.hpp>

// A base price and a price for each started kilogram.
class FlatRate final : public noren::Carrier {
    noren::Money base_, per_kg_;

public:
    explicit FlatRate(const noren::Settings& settings)
        : base_(settings["base"].money()), per_kg_(settings["per_kg"].money()) {}

    noren::QuotesT quotes(const noren::QuotesRequestT& request, const noren::Call&, noren::Http&) override {
        const auto weight = noren::weight_of(request);
        if (!weight) return noren::only(noren::refused_service("standard", noren::reason("unknown_weight")));
        const auto kilograms = weight->count() / 1000 + (weight->count() % 1000 > 0);
        return noren::only(noren::quote("standard", "Standard parcel", base_ + per_kg_ * kilograms, 2, 6));
    }
};
NOREN_CARRIER(FlatRate)
