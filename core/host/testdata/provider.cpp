// A gateway that makes the exchanges which the attempt's description lists, one a line: METHOD URL AUTHORIZATION
// safe|once, and then answers: done, with the last reply's status and the number of exchanges in provider_ref and
// capture_ref.
#include <vector>

#include "frame.hpp"

namespace {

using namespace noren::wire;

std::vector<std::string> split(std::string_view text, char by) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == by) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

std::int32_t open(const noren_host*, noren_bytes, void** self, const noren_sink*) {
    static int nothing = 0;
    *self = &nothing;
    return 0;
}

std::int32_t call(void*, std::uint32_t, noren_bytes bytes, const noren_sink* sink) {
    const auto& request = *noren_fb::GetRoot<Request>(bytes.data);
    const auto* ask = request.ask_as_BeginRequest();
    if (ask == nullptr) return -EINVAL;
    const auto wanted = split(text_of(ask->attempt()->description()), '\n');
    const auto* exchanges = request.context()->exchanges();
    const std::size_t made = exchanges == nullptr ? 0 : exchanges->size();

    noren_fb::FlatBufferBuilder builder;
    if (made < wanted.size() && !wanted[made].empty()) {
        const auto words = split(wanted[made], ' ');
        HttpRequestT http;
        http.method = words.at(0);
        http.url = words.at(1);
        http.authorization = words.at(2) == "-" ? "" : words.at(2);
        http.repeat_is_safe = words.at(3) == "safe";
        if (words.size() > 4) {
            http.headers.emplace_back();
            http.headers.back().name = words[4];
            http.headers.back().value = "x";
        }
        http.body = {'h', 'i'};
        return put_answer(builder, Answer::NeedHttp, CreateNeedHttp(builder, CreateHttpRequest(builder, &http)), sink);
    }
    const auto* last = made == 0 ? nullptr : exchanges->Get(static_cast<noren_fb::uoffset_t>(made - 1));
    const auto status = builder.CreateString(
        last == nullptr ? "none" : std::to_string(last->status()) + "/" + EnumNameHttpFailure(last->failure()));
    const auto count = builder.CreateString(std::to_string(made));
    OutcomeBuilder outcome(builder);
    outcome.add_kind(OutcomeKind::Done);
    outcome.add_provider_ref(status);
    outcome.add_capture_ref(count);
    return put_answer(builder, Answer::Outcome, outcome.Finish(), sink);
}

void close(void*) {}

}  // namespace

extern "C" NOREN_EXPORT const noren_plugin* noren_plugin_v1() {
    return table_of(&open, &call, &close);
}
