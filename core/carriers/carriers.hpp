// Carriers: what each way of sending costs, asked of the storefront's carrier plugins.
#pragma once

#include <noren/values/money.hpp>
#include <noren/wire/message.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace noren::carriers {

/// A carrier of this storefront. Any thread.
class Carrier {
public:
    virtual ~Carrier() = default;
    /// The plugin's verified answer, or the stable code of why there is none (timed_out, crashed, ...).
    virtual Result<wire::QuotesT, std::string> quotes(const wire::QuotesRequestT& request) = 0;
};

/// One service that a carrier quoted.
struct Service {
    std::string method;   // key under `carriers`
    std::string service;  // the carrier's own code, stable
    std::string name;
    Money price;
    int min_days = 0;
    int max_days = 0;
    bool tracked = false;
    std::string source;  // tariff and row that the price comes from
};

/// Why a method has no quote. Codes are the plugin's (`too_heavy`, `not_served`, ...) or the host's (`timed_out`).
struct Refused {
    std::string method;
    std::string service;
    std::vector<wire::ReasonT> reasons;
};

struct Quotes {
    std::vector<Service> services;  // cheapest first within a method
    std::vector<Refused> refused;
};

class Carriers {
public:
    explicit Carriers(std::map<std::string, std::unique_ptr<Carrier>> carriers) : carriers_(std::move(carriers)) {}

    /// Asks every carrier. One that fails is refused with its code; the others are still quoted. Prices in another
    /// currency than the request's are refused as `other_currency`.
    Quotes quotes(const wire::QuotesRequestT& request) const;

    bool has(const std::string& method) const { return carriers_.contains(method); }

private:
    std::map<std::string, std::unique_ptr<Carrier>> carriers_;
};

}  // namespace noren::carriers
