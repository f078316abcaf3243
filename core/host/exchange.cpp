#include "host/exchange.hpp"

#include <openssl/evp.h>
#include <spdlog/spdlog.h>
#include <noren/http.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "host/text.hpp"

namespace noren::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

using Exchanged = Result<http::Exchange, http::FailedExchange>;

std::string base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4,
                     '\0');  // EVP_EncodeBlock ends it with one NUL more, where a string has one
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                    static_cast<int>(bytes.size()));
    return text;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

/// Headers that are the host's to write, or that would let a request smuggle another.
bool is_ours(std::string_view name) {
    constexpr std::array<std::string_view, 14> ours{"authorization",
                                                    "proxy-authorization",
                                                    "host",
                                                    "content-length",
                                                    "transfer-encoding",
                                                    "connection",
                                                    "keep-alive",
                                                    "te",
                                                    "trailer",
                                                    "upgrade",
                                                    "expect",
                                                    "cookie",
                                                    "via",
                                                    "forwarded"};
    return std::any_of(ours.begin(), ours.end(), [&](auto other) { return http::same_ignoring_case(name, other); });
}

std::string_view path_of(const http::Url& url) {
    return std::string_view(url.target).substr(0, url.target.find('?'));
}

/// Whether the path may be read as one that climbs.
bool climbs(std::string_view path) {
    for (std::size_t at = 0; (at = path.find('/', at)) != std::string_view::npos; ++at) {
        auto step = std::string(path.substr(at + 1, path.find('/', at + 1) - at - 1));
        std::transform(step.begin(), step.end(), step.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        for (std::size_t dot; (dot = step.find("%2e")) != std::string::npos;) step.replace(dot, 3, ".");
        if (step == "." || step == ".." || step.find("%2f") != std::string::npos) return true;
    }
    return false;
}

bool is_below(const http::Url& url, const http::Url& base) {
    auto stem = path_of(base);
    while (stem.ends_with('/')) stem.remove_suffix(1);
    const auto path = path_of(url);
    return url.origin() == base.origin() && path.starts_with(stem) &&
           (path.size() == stem.size() || path[stem.size()] == '/');
}

/// An instance's exchanges.
class Dealings {
public:
    Dealings(Instance& instance, HttpTransport& transport, const ExchangeOptions& options)
        : instance_(instance), transport_(transport), options_(options) {
        for (const auto& setting : instance.manifest().hosts) {
            const auto text = instance.setting(setting);
            if (!text) continue;
            if (auto url = http::Url::parse(*text)) bases_.push_back(*std::move(url));
        }
    }

    /// What the plugin asks, as it would be sent, but for its authorization; or why it may not ask that.
    Result<http::OutgoingRequest, std::string> permitted(const wire::HttpRequestT& request) const {
        const auto url = http::Url::parse(request.url);
        if (!url) return refuse("it asks for no proper address: " + tamed(url.error(), 200));
        if (climbs(path_of(*url)) ||
            std::none_of(bases_.begin(), bases_.end(), [&](const auto& base) { return is_below(*url, base); })) {
            return refuse("it asks for " + tamed(url->origin() + std::string(path_of(*url)), 200) +
                          ", which is not below its settings' addresses");
        }
        http::OutgoingRequest outgoing{.method = request.method, .url = request.url};
        for (const auto& header : request.headers) {
            const bool clean = std::none_of(header.value.begin(), header.value.end(),
                                            [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
            if (!is_token(header.name) || !clean) return refuse(std::string("a header that it sets is malformed"));
            if (is_ours(header.name)) return refuse("it sets the header " + header.name + ", which is the host's");
            outgoing.fields.add(header.name, header.value);
        }
        if (!request.authorization.empty() && !instance_.manifest().authorizations.contains(request.authorization)) {
            return refuse("it names the authorization " + request.authorization + ", which its manifest does not have");
        }
        outgoing.body.assign(request.body.begin(), request.body.end());
        outgoing.allowed_origins = origins();
        outgoing.repeat_is_safe = request.repeat_is_safe;
        outgoing.timeout = request.timeout_ms == 0 ? options_.each_exchange : milliseconds(request.timeout_ms);
        return outgoing;
    }

    wire::HttpExchangeT make(const wire::HttpRequestT& request, const http::OutgoingRequest& outgoing) {
        auto pause = options_.pause;
        auto reply = once(outgoing, request.authorization);
        for (int repeats = 0; repeats < 2 && request.repeat_is_safe && may_pass(reply); ++repeats) {
            if (steady_clock::now() + pause >= options_.deadline) break;
            std::this_thread::sleep_for(pause);
            pause *= 2;
            reply = once(outgoing, request.authorization);
        }
        return recorded(reply);
    }

private:
    static bool may_pass(const Exchanged& reply) {
        if (!reply) return reply.error().kind != http::ExchangeFailure::too_large;
        return reply->status == 502 || reply->status == 503 || reply->status == 504;
    }

    static wire::HttpExchangeT recorded(const Exchanged& reply) {
        wire::HttpExchangeT exchange;
        if (!reply) {
            switch (reply.error().kind) {
                case http::ExchangeFailure::not_sent: exchange.failure = wire::HttpFailure::NotSent; break;
                case http::ExchangeFailure::no_reply: exchange.failure = wire::HttpFailure::NoReply; break;
                case http::ExchangeFailure::too_large: exchange.failure = wire::HttpFailure::TooLarge; break;
            }
            return exchange;
        }
        exchange.status = reply->status;
        if (reply->body.size() > most_exchange_bytes) {
            exchange.failure = wire::HttpFailure::TooLarge;
            return exchange;
        }
        exchange.failure = wire::HttpFailure::None;
        exchange.body.assign(reply->body.begin(), reply->body.end());
        for (const auto& field : reply->fields) {
            if (http::same_ignoring_case(field.name, "set-cookie") || field.value.size() > 8192) continue;
            if (exchange.headers.size() == 64) break;
            auto& header = exchange.headers.emplace_back();
            header.name = field.name;
            header.value = field.value;
        }
        return exchange;
    }

    std::vector<std::string> origins() const {
        std::vector<std::string> all;
        for (const auto& base : bases_) all.push_back(base.origin());
        return all;
    }

    static http::FailedExchange not_sent(std::string why) { return {http::ExchangeFailure::not_sent, std::move(why)}; }

    milliseconds time_for(milliseconds wanted) const {
        const auto left = std::chrono::duration_cast<milliseconds>(options_.deadline - steady_clock::now());
        return std::min(wanted, left);
    }

    Exchanged send(http::OutgoingRequest outgoing) {
        outgoing.timeout = time_for(outgoing.timeout);
        if (outgoing.timeout.count() <= 0) return refuse(not_sent("the time is over"));
        auto reply = transport_.exchange(outgoing);
        if (!reply) {
            spdlog::warn("plugin {}: instance {} of {}: an exchange failed: {}: {}", instance_.manifest().id,
                         instance_.name(), instance_.storefront(), http::text_of(reply.error().kind),
                         tamed(reply.error().detail, 300));
        }
        return reply;
    }

    /// One exchange, signed; with a fresh token after a 401.
    Exchanged once(const http::OutgoingRequest& outgoing, const std::string& authorization) {
        if (authorization.empty()) return send(outgoing);
        const auto& kind = instance_.manifest().authorizations.at(authorization);
        auto reply = send_signed(outgoing, authorization, kind);
        if (reply && reply->status == 401 && std::holds_alternative<ClientCredentials>(kind)) {
            instance_.keep_token(authorization, std::nullopt);
            reply = send_signed(outgoing, authorization, kind);
        }
        return reply;
    }

    Exchanged send_signed(http::OutgoingRequest outgoing, const std::string& authorization, const Authorization& kind) {
        std::string credentials = TRY(credentials_of(authorization, kind));
        outgoing.fields.add("Authorization", std::move(credentials));
        return send(std::move(outgoing));
    }

    Result<std::string, http::FailedExchange> credentials_of(const std::string& authorization,
                                                             const Authorization& kind) {
        if (const auto* basic = std::get_if<BasicAuthorization>(&kind)) {
            const auto user = TRY(setting(basic->user));
            return "Basic " + base64(user + ":" + TRY(setting(basic->password)));
        }
        if (const auto* bearer = std::get_if<BearerAuthorization>(&kind))
            return "Bearer " + TRY(setting(bearer->token));
        if (const auto token = instance_.token(authorization)) return "Bearer " + token->text;
        auto fetched = TRY(fetch_token(std::get<ClientCredentials>(kind)));
        std::string text = fetched.text;
        instance_.keep_token(authorization, std::move(fetched));
        return "Bearer " + text;
    }

    Result<std::string, http::FailedExchange> setting(const std::string& path) const {
        const auto text = instance_.setting(path);
        if (!text || text->empty()) return refuse(not_sent("the setting " + path + " that signs is missing"));
        return std::string(*text);
    }

    /// RFC 6749, 4.4.
    Result<Instance::Token, http::FailedExchange> fetch_token(const ClientCredentials& client) {
        auto base = TRY(setting(client.base));
        while (base.ends_with('/')) base.pop_back();
        const auto id = TRY(setting(client.client_id));
        http::OutgoingRequest outgoing{.method = "POST", .url = base + client.path};
        outgoing.fields.add("Authorization", "Basic " + base64(id + ":" + TRY(setting(client.client_secret))));
        outgoing.fields.add("Content-Type", "application/x-www-form-urlencoded");
        outgoing.fields.add("Accept", "application/json");
        outgoing.body = "grant_type=client_credentials";
        outgoing.allowed_origins = origins();
        outgoing.repeat_is_safe = true;
        outgoing.timeout = options_.each_exchange;
        const auto reply = send(std::move(outgoing));
        if (!reply) return refuse(not_sent("no token: " + reply.error().detail));
        if (reply->status != 200)
            return refuse(not_sent("no token: the answer's status is " + std::to_string(reply->status)));
        const auto answer = http::parse_json(reply->body);
        if (!answer || !answer->is_object()) return refuse(not_sent("no token: the answer is no JSON object"));
        const auto text = answer->find("access_token");
        const auto lasts = answer->find("expires_in");
        if (text == answer->end() || !text->is_string() || !is_credential(text->get_ref<const std::string&>())) {
            return refuse(not_sent("no token: the answer holds none"));
        }
        const auto whole = lasts != answer->end() && lasts->is_number_integer() ? lasts->get<std::int64_t>() : 300;
        // A minute early, so that it does not expire on its way.
        const auto keep = seconds(std::clamp<std::int64_t>(whole - 60, 0, 24 * 3600));
        return Instance::Token{text->get<std::string>(), steady_clock::now() + keep};
    }

    static bool is_credential(std::string_view text) {
        return !text.empty() && text.size() <= 4096 &&
               std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
    }

    Instance& instance_;
    HttpTransport& transport_;
    const ExchangeOptions& options_;
    std::vector<http::Url> bases_;
};

}  // namespace

Result<Reply, CallFault> call_with_http(Instance& instance, std::uint32_t method, wire::RequestT request,
                                        HttpTransport& transport, ExchangeLog& log, const ExchangeOptions& options) {
    Dealings dealings(instance, transport, options);
    const auto blamed = [&](std::string message) {
        CallFault fault{FaultKind::garbage, std::move(message), 0};
        instance.blame(method, fault);
        return refuse(std::move(fault));
    };
    if (!request.context) request.context = std::make_unique<wire::ContextT>();
    auto& exchanges = request.context->exchanges;
    for (;;) {
        const auto now = steady_clock::now();
        if (now >= options.deadline)
            return refuse(CallFault{FaultKind::timed_out, "the time for its exchanges is over", 0});
        auto reply = TRY(instance.call(method, encode(request), {std::min(now + options.each_call, options.deadline)}));
        const auto* need = reply->answer_as_NeedHttp();
        if (need == nullptr) return reply;
        if (exchanges.size() >= most_exchanges)
            return blamed("it wants more than " + std::to_string(most_exchanges) + " exchanges");

        wire::HttpRequestT wanted;
        need->request()->UnPackTo(&wanted);
        const auto outgoing = dealings.permitted(wanted);
        if (!outgoing) return blamed(outgoing.error());
        if (steady_clock::now() >= options.deadline) {
            return refuse(CallFault{FaultKind::timed_out, "the time for its exchanges is over", 0});
        }
        const auto place = exchanges.size();
        const auto digest = digest_of(*need->request());
        auto exchange = log.before(place, wanted, digest);
        if (!exchange) {
            exchange = dealings.make(wanted, *outgoing);
            exchange->request_digest = digest;
            log.after(place, wanted, *exchange);
        }
        exchanges.push_back(*std::move(exchange));
    }
}

}  // namespace noren::host
