// Testing a plugin without a host, a server or a file: its test program holds the plugin itself, opens it with settings
// written in C++, and answers its HTTP requests from a table.
//
//     PluginUnderTest plugin(settings(map({{"base", money(500, "JPY")}}), "carriers.flat"));
//     EXPECT_EQ(plugin.quotes(order).quotes[0].price->minor, 620);
//
//     auto played = plugin.play(NOREN_GATEWAY_BEGIN, request, {{201, R"({"id": "X"})"}});
//     EXPECT_EQ(played.asked[0].url, "https://...");
//
// Every call is made twice and must answer the same bytes: a plugin is a pure function.
#pragma once

#include <noren/plugin.hpp>

#include <deque>
#include <initializer_list>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace noren::testing {

// Settings as the host would hand them over.

inline wire::SettingT value(wire::SettingKind kind, std::int64_t integer, std::string text) {
    wire::SettingT made;
    made.kind = kind;
    made.integer = integer;
    made.text = std::move(text);
    return made;
}
inline wire::SettingT text(std::string of) {
    return value(wire::SettingKind::Text, 0, std::move(of));
}
inline wire::SettingT integer(std::int64_t of) {
    return value(wire::SettingKind::Integer, of, {});
}
inline wire::SettingT boolean(bool of) {
    return value(wire::SettingKind::Boolean, of, {});
}
inline wire::SettingT money(std::int64_t minor, std::string currency) {
    return value(wire::SettingKind::Money, minor, std::move(currency));
}
inline wire::SettingT weight(std::int64_t grams) {
    return value(wire::SettingKind::Weight, grams, {});
}
inline wire::SettingT length(std::int64_t millimetres) {
    return value(wire::SettingKind::Length, millimetres, {});
}
/// Unit `s`, `d` or `bd`.
inline wire::SettingT span(std::int64_t count, std::string unit) {
    return value(wire::SettingKind::Span, count, std::move(unit));
}
inline wire::SettingT list(std::vector<wire::SettingT> items) {
    auto made = value(wire::SettingKind::List, 0, {});
    made.items = std::move(items);
    return made;
}
inline wire::SettingT texts(const std::vector<std::string>& words) {
    auto made = list({});
    for (const auto& word : words) made.items.push_back(text(word));
    return made;
}
inline wire::SettingT map(std::vector<std::pair<std::string, wire::SettingT>> entries = {}) {
    auto made = value(wire::SettingKind::Map, 0, {});
    for (auto& [key, entry] : entries) {
        entry.key = key;
        made.items.push_back(std::move(entry));
    }
    return made;
}
/// A shop in Japan that sells in yen, with `root` standing at `path` of its configuration.
inline wire::SettingsT settings(wire::SettingT root, std::string path = {}) {
    wire::SettingsT made;
    made.storefront = "test";
    made.instance = "test";
    made.currency = "JPY";
    made.country = "JP";
    made.time_zone = "Asia/Tokyo";
    made.path = std::move(path);
    made.root = std::make_unique<wire::SettingT>(std::move(root));
    return made;
}

/// What a provider answers to the next request.
struct ScriptedReply {
    int status = 200;
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> headers = {};
    wire::HttpFailure failure = wire::HttpFailure::None;
};
/// The exchange did not happen, or nobody knows.
inline ScriptedReply failing(wire::HttpFailure failure) {
    return {0, {}, {}, failure};
}

/// A call with all its exchanges.
struct Played {
    wire::ReplyT reply;
    std::vector<wire::HttpRequestT> asked;

    const wire::OutcomeT& outcome() const { return *of(reply.answer.AsOutcome()); }
    const wire::QuotesT& quotes() const { return *of(reply.answer.AsQuotes()); }
    const wire::VerdictT& verdict() const { return *of(reply.answer.AsVerdict()); }
    const wire::WebhookEventT& event() const { return *of(reply.answer.AsWebhookEvent()); }
    const wire::ErrorT& error() const { return *of(reply.answer.AsError()); }
    /// The request that the script had no reply to.
    const wire::HttpRequestT& unanswered() const { return *of(reply.answer.AsNeedHttp())->request; }

private:
    template <class Answer>
    const Answer* of(const Answer* answer) const {
        if (answer) return answer;
        const auto* fault = reply.answer.AsError();
        throw std::logic_error("the plugin answered " + std::string{wire::EnumNameAnswer(reply.answer.type)} +
                               (fault ? " " + fault->code + ": " + fault->message : ""));
    }
};

/// open() was answered with an Error.
struct RefusedToOpen : std::runtime_error {
    explicit RefusedToOpen(const wire::ErrorT& error) : std::runtime_error(error.code + ": " + error.message) {}
};

/// What crossed the boundary: the return code, and the bytes put, if any.
struct RawReply {
    std::int32_t code = 0;
    std::vector<std::uint8_t> bytes;
};

/// An instance of the plugin that this program is linked with.
class PluginUnderTest {
public:
    /// Throws RefusedToOpen.
    explicit PluginUnderTest(const wire::SettingsT& settings) {
        Builder builder;
        builder.Finish(wire::CreateSettings(builder, &settings));
        RawReply error;
        const auto sink = sink_into(error);
        const auto code = table().open(&host_, {builder.GetBufferPointer(), builder.GetSize()}, &self_, &sink);
        if (code != 0) throw std::logic_error("open returned " + std::to_string(code));
        if (!error.bytes.empty()) throw RefusedToOpen(*reply_of(error).answer.AsError());
    }
    PluginUnderTest(const PluginUnderTest&) = delete;
    PluginUnderTest& operator=(const PluginUnderTest&) = delete;
    ~PluginUnderTest() { table().close(self_); }

    /// The context of every call: a fixed instant, 32 bytes of entropy, and the key `test-key`. Yours to change.
    wire::ContextT context = default_context();
    /// Lines the plugin logged.
    const std::deque<std::string>& log() const { return log_; }

    /// Calls `method`, answering its requests from `script` in turn, until it answers or the script ends.
    template <class Ask>
    Played play(std::uint32_t method, const Ask& ask, const std::vector<ScriptedReply>& script = {}) {
        Played played;
        wire::RequestT request;
        request.context = std::make_unique<wire::ContextT>(context);
        request.ask.Set(Ask(ask));
        for (std::size_t step = 0;; ++step) {
            played.reply = reply_of(call(method, request));
            const auto* needed = played.reply.answer.AsNeedHttp();
            if (!needed) return played;
            played.asked.push_back(*needed->request);
            if (step == script.size()) return played;
            request.context->exchanges.push_back(exchange(*needed->request, script[step]));
        }
    }

    wire::QuotesT quotes(const wire::QuotesRequestT& request, const std::vector<ScriptedReply>& script = {}) {
        return play(NOREN_CARRIER_QUOTES, request, script).quotes();
    }
    wire::VerdictT decide(const wire::FactsT& facts) { return play(NOREN_POLICY_DECIDE, facts).verdict(); }

    /// One call with a whole request. Throws std::logic_error when a second, equal call answers otherwise.
    RawReply call(std::uint32_t method, const wire::RequestT& request) {
        Builder builder;
        builder.Finish(wire::CreateRequest(builder, &request));
        const std::vector<std::uint8_t> bytes(builder.GetBufferPointer(),
                                              builder.GetBufferPointer() + builder.GetSize());
        auto first = call(method, bytes);
        if (call(method, bytes).bytes != first.bytes) throw std::logic_error("the plugin is not a pure function");
        return first;
    }
    /// One call with any bytes.
    RawReply call(std::uint32_t method, const std::vector<std::uint8_t>& bytes) {
        RawReply reply;
        const auto sink = sink_into(reply);
        reply.code = table().call(self_, method, {bytes.data(), bytes.size()}, &sink);
        return reply;
    }

    /// The reply as an object. Throws std::logic_error when it is not a message or the call returned an error code.
    static wire::ReplyT reply_of(const RawReply& raw) {
        if (raw.code != 0) throw std::logic_error("the call returned " + std::to_string(raw.code));
        noren_fb::Verifier verifier(raw.bytes.data(), raw.bytes.size());
        if (!verifier.VerifyBuffer<wire::Reply>(nullptr)) throw std::logic_error("the reply is not a message");
        wire::ReplyT reply;
        noren_fb::GetRoot<wire::Reply>(raw.bytes.data())->UnPackTo(&reply);
        return reply;
    }

    static const noren_plugin& table() { return *noren_plugin_v1(); }

private:
    static wire::ContextT default_context() {
        wire::ContextT made;
        made.call_id = 1;
        made.now_us = 1499644800000000;  // 2017-07-10T00:00:00Z
        made.deadline_us = made.now_us + 1000000;
        made.entropy.assign(32, 7);
        made.idempotency_key = "test-key";
        made.locale = "en";
        return made;
    }

    static noren_sink sink_into(RawReply& reply) {
        return {sizeof(noren_sink), 0, &reply, [](void* ctx, noren_bytes bytes) -> std::int32_t {
                    static_cast<RawReply*>(ctx)->bytes.assign(bytes.data, bytes.data + bytes.size);
                    return 0;
                }};
    }

    static wire::HttpExchangeT exchange(const wire::HttpRequestT& request, const ScriptedReply& reply) {
        wire::HttpExchangeT made;
        made.request_digest = digest_of(request);
        made.failure = reply.failure;
        made.status = reply.status;
        made.body.assign(reply.body.begin(), reply.body.end());
        for (const auto& [name, header] : reply.headers) {
            auto& added = made.headers.emplace_back();
            added.name = name;
            added.value = header;
        }
        return made;
    }

    std::deque<std::string> log_;
    noren_host host_{sizeof(noren_host), NOREN_ABI_MAJOR, &log_, [](void* ctx, std::int32_t, noren_bytes line) {
                         static_cast<std::deque<std::string>*>(ctx)->emplace_back(
                             reinterpret_cast<const char*>(line.data), line.size);
                     }};
    void* self_ = nullptr;
};

}  // namespace noren::testing
