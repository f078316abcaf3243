#include "customers/standing.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace noren::customers {
namespace {

constexpr std::array<std::string_view, 3> words{"open", "restricted", "closed"};

Standing from(std::string_view text) {
    const auto found = std::find(words.begin(), words.end(), text);
    if (found == words.end()) throw std::logic_error("the unknown standing " + std::string(text));
    return static_cast<Standing>(found - words.begin());
}

}  // namespace

std::string_view word(Standing standing) {
    return words.at(static_cast<std::size_t>(standing));
}

Standing standing_of(store::Transaction& tx, CustomerId customer, std::string_view household) {
    return ask_standing(tx, customer, household).get();
}

store::Later<Standing> ask_standing(store::Transaction& tx, CustomerId customer, std::string_view household) {
    static const store::Sql select(
        "select state from customer where id = $1 union all "
        "select state from household_standing where household = $2 and $2 <> ''");
    return tx.ask(select, customer, household).then([](const store::Rows& rows) {
        auto strictest = Standing::open;
        for (std::size_t row = 0; row < rows.size(); ++row) strictest = std::max(strictest, from(rows.text(row, 0)));
        return strictest;
    });
}

void set_standing(store::Transaction& tx, CustomerId customer, std::string_view household, Standing standing,
                  std::string_view reason, Instant now) {
    static const store::Sql of_account("update customer set state = $2 where id = $1 and state <> 'closed'");
    static const store::Sql of_household(
        "insert into household_standing (household, state, reason, since) values ($1, $2, $3, $4) "
        "on conflict ({shop} household) do update set state = excluded.state, reason = excluded.reason, "
        "since = excluded.since");
    tx.queue(of_account, customer, word(standing));
    if (!household.empty()) tx.queue(of_household, household, word(standing), reason, now);
}

}  // namespace noren::customers
