#include "carriers/remembering.hpp"

namespace noren::carriers {
namespace {

constexpr std::size_t most_answers = 1000;

std::string bytes_of(const wire::QuotesRequestT& request) {
    noren_fb::FlatBufferBuilder builder(1024);
    builder.Finish(wire::QuotesRequest::Pack(builder, &request));
    return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

}  // namespace

Result<wire::QuotesT, std::string> Remembering::quotes(const wire::QuotesRequestT& request) {
    auto bytes = bytes_of(request);
    {
        const std::lock_guard lock(mutex_);
        const auto known = answers_.find(bytes);
        if (known != answers_.end() && clock_.now() < known->second.until) return known->second.quotes;
    }
    auto quotes = TRY(carrier_->quotes(request));
    remember(std::move(bytes), quotes);
    return quotes;
}

void Remembering::remember(std::string request, const wire::QuotesT& quotes) {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    if (answers_.size() >= most_answers) {
        std::erase_if(answers_, [&](const auto& known) { return known.second.until <= now; });
        if (answers_.size() >= most_answers) answers_.clear();
    }
    answers_.insert_or_assign(std::move(request), Answer{quotes, now + remembered_for});
}

}  // namespace noren::carriers
