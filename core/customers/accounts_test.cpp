#include "customers/accounts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "store/testing.hpp"

namespace noren::customers {
namespace {

using store::Transaction;

const Key key = Key::from_secret("a secret of a storefront that only tests know");

class Accounts : public store::testing::EachDatabase {
protected:
    /// What the outbox would have sent, newest last.
    const std::vector<MailWish>& mails() const { return mails_; }
    const MailWish& last_mail() const { return mails_.back(); }

    Session visitor() { return sessions().resume(std::nullopt); }

    Session registered(const std::string& email, const std::string& password) {
        EXPECT_TRUE(accounts().begin_registration({email, "Ann", "US"}, ""));
        auto session = accounts().finish_registration(visitor(), last_mail().token, password);
        EXPECT_TRUE(session);
        return *session;
    }

    Sessions& sessions() {
        if (!sessions_) sessions_.emplace(visits(), Sessions::Of::customers, shopper_lifetime, key, clock_, entropy_);
        return *sessions_;
    }

    customers::Accounts& accounts() {
        if (!accounts_) {
            limit_.emplace(visits(), LogInLimit::Of::customers, clock_);
            accounts_.emplace(
                customers::Accounts::Parts{store(), sessions(), passwords_, *limit_, clock_, entropy_, ids_,
                                           [this](Transaction&, const MailWish& wish) { mails_.push_back(wish); },
                                           [this](Transaction&, CustomerId account, std::string_view email) {
                                               joined_.emplace_back(account, email);
                                           },
                                           [](std::string_view email, std::string_view password) {
                                               std::vector<std::string> codes;
                                               if (email.ends_with("@lost.example")) codes.push_back("unreachable");
                                               if (password == "all in lower case") codes.push_back("plain");
                                               return codes;
                                           }});
        }
        return *accounts_;
    }

    std::string stored_hash(const std::string& email) {
        static const store::Sql find("select password_hash from customer where email_normalised = $1");
        return store().read([&](Transaction& tx) { return tx.run(find, email).text(0, 0); });
    }

    VirtualClock clock_{instant_from_us(1'499'043'600'000'000)};
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    Passwords passwords_{entropy_, {64, 1}, {2, 64}};
    std::vector<std::pair<CustomerId, std::string>> joined_;

private:
    std::optional<Sessions> sessions_;
    std::optional<LogInLimit> limit_;
    std::optional<customers::Accounts> accounts_;
    std::vector<MailWish> mails_;
};
NOREN_ON_EACH_DATABASE(Accounts);

template <class Why>
bool refused_for(const auto& result) {
    return !result && std::holds_alternative<Why>(result.error());
}

TEST_P(Accounts, BeginWithAMailAndEndLoggedIn) {
    const auto session = registered("Ann@Example.com", "correct horse battery");
    ASSERT_TRUE(session.subject);
    EXPECT_EQ(sessions().resume(session.token).subject, session.subject);
    EXPECT_TRUE(accounts().log_in(visitor(), "ann@EXAMPLE.com", "correct horse battery", ""));
}

TEST_P(Accounts, AnswerAKnownAndAnUnknownAddressAlike) {
    registered("ann@example.com", "correct horse battery");

    EXPECT_TRUE(accounts().begin_registration({"ann@example.com", "Eve", "US"}, ""));
    EXPECT_EQ(last_mail().letter, "already_registered");
    EXPECT_EQ(last_mail().token, "");
    EXPECT_TRUE(accounts().begin_registration({"new@example.com", "Eve", "US"}, ""));
    EXPECT_EQ(last_mail().letter, "finish_registration");

    EXPECT_TRUE(refused_for<WrongCredentials>(accounts().log_in(visitor(), "ann@example.com", "a wrong guess", "")));
    EXPECT_TRUE(refused_for<WrongCredentials>(accounts().log_in(visitor(), "nobody@example.com", "a wrong guess", "")));

    EXPECT_TRUE(accounts().begin_reset("ann@example.com", ""));
    EXPECT_EQ(last_mail().letter, "reset_password");
    EXPECT_TRUE(accounts().begin_reset("nobody@example.com", ""));
    EXPECT_EQ(last_mail().letter, "no_account") << "the same work, and who forgot which address it was is told";
    EXPECT_EQ(last_mail().token, "");
}

TEST_P(Accounts, KeepNoTokenAndNoPasswordInClear) {
    const auto session = registered("ann@example.com", "correct horse battery");
    ASSERT_TRUE(accounts().begin_reset("ann@example.com", ""));
    const auto reset_token = last_mail().token;
    const auto everything = [](store::Store& where, const std::vector<std::string>& tables) {
        std::string all;
        for (const auto& table : tables) {
            const store::Sql select("select * from " + table);
            const auto rows = where.read([&](Transaction& tx) { return tx.run(select); });
            for (std::size_t row = 0; row < rows.size(); ++row) {
                for (std::size_t column = 0; column < 12; ++column) {
                    try {
                        all += rows.maybe_text(row, column).value_or("") + "\n";
                    } catch (const std::logic_error&) {
                    }
                }
            }
        }
        return all;
    };
    const auto books = everything(store(), {"customer", "registration", "password_reset"});
    const auto visit_rows = everything(visits(), {"session"});
    EXPECT_NE(books.find("ann@example.com"), std::string::npos) << "the search sees the rows";
    EXPECT_NE(books.find("$argon2id$"), std::string::npos);
    EXPECT_NE(visit_rows.find(session.id), std::string::npos);
    EXPECT_EQ(books.find("correct horse"), std::string::npos);
    EXPECT_EQ(books.find(reset_token), std::string::npos);
    EXPECT_EQ(visit_rows.find(session.token), std::string::npos);
}

TEST_P(Accounts, LetALinkBeUsedOnceAndInTime) {
    ASSERT_TRUE(accounts().begin_registration({"ann@example.com", "Ann", "US"}, ""));
    const auto token = last_mail().token;
    EXPECT_TRUE(
        refused_for<LinkNotValid>(accounts().finish_registration(visitor(), "guessed", "correct horse battery")));
    EXPECT_TRUE(accounts().finish_registration(visitor(), token, "correct horse battery"));
    EXPECT_TRUE(refused_for<LinkNotValid>(accounts().finish_registration(visitor(), token, "correct horse battery")));

    ASSERT_TRUE(accounts().begin_registration({"bob@example.com", "Bob", "US"}, ""));
    clock_.move_to(clock_.now() + customers::Accounts::register_within);
    EXPECT_TRUE(refused_for<LinkNotValid>(
        accounts().finish_registration(visitor(), last_mail().token, "correct horse battery")));
}

TEST_P(Accounts, AreNotMadeTwiceForOneAddress) {
    ASSERT_TRUE(accounts().begin_registration({"ann@example.com", "Ann", "US"}, ""));
    const auto first = last_mail().token;
    ASSERT_TRUE(accounts().begin_registration({"ann@example.com", "Ann", "US"}, ""));
    const auto second = last_mail().token;
    EXPECT_TRUE(accounts().finish_registration(visitor(), second, "correct horse battery"));
    EXPECT_TRUE(refused_for<LinkNotValid>(accounts().finish_registration(visitor(), first, "another good one")));
    EXPECT_TRUE(refused_for<WrongCredentials>(accounts().log_in(visitor(), "ann@example.com", "another good one", "")));
}

TEST_P(Accounts, ForgetOldPasswordAndSessionsAfterAReset) {
    const auto session = registered("ann@example.com", "correct horse battery");
    ASSERT_TRUE(accounts().begin_reset("ann@example.com", ""));
    const auto token = last_mail().token;
    EXPECT_TRUE(refused_for<WrongFields>(accounts().finish_reset(token, "short")));
    ASSERT_TRUE(accounts().finish_reset(token, "staple battery horse"));
    EXPECT_EQ(last_mail().letter, "password_changed");
    EXPECT_FALSE(sessions().resume(session.token).subject);
    EXPECT_TRUE(
        refused_for<WrongCredentials>(accounts().log_in(visitor(), "ann@example.com", "correct horse battery", "")));
    EXPECT_TRUE(accounts().log_in(visitor(), "ann@example.com", "staple battery horse", ""));
    EXPECT_TRUE(refused_for<LinkNotValid>(accounts().finish_reset(token, "staple battery horse")));
}

TEST_P(Accounts, ResetNothingForTheLinkOfNobody) {
    ASSERT_TRUE(accounts().begin_reset("nobody@example.com", ""));
    clock_.move_to(clock_.now() + customers::Accounts::reset_within);
    EXPECT_EQ(accounts().sweep(100), 1);
    EXPECT_EQ(accounts().sweep(100), 0);
}

TEST_P(Accounts, GiveANewTokenAtLogInSoThatAPlantedOneStaysNobodys) {
    registered("ann@example.com", "correct horse battery");
    const auto planted = visitor();
    const auto session = accounts().log_in(planted, "ann@example.com", "correct horse battery", "");
    ASSERT_TRUE(session);
    EXPECT_NE(session->token, planted.token);
    EXPECT_NE(session->csrf, planted.csrf);
    EXPECT_FALSE(sessions().resume(planted.token).subject);
}

TEST_P(Accounts, AllowFiveFailuresInAQuarterOfAnHourForKnownAndUnknown) {
    registered("ann@example.com", "correct horse battery");
    for (const auto* email : {"ann@example.com", "nobody@example.com"}) {
        for (int i = 0; i < 5; ++i) {
            EXPECT_TRUE(refused_for<WrongCredentials>(accounts().log_in(visitor(), email, "a wrong guess", "")));
        }
        EXPECT_TRUE(refused_for<TooManyAttempts>(accounts().log_in(visitor(), email, "a wrong guess", "")));
    }
    EXPECT_TRUE(
        refused_for<TooManyAttempts>(accounts().log_in(visitor(), " ANN@example.com", "correct horse battery", "")));
    clock_.move_to(clock_.now() + LogInLimit::window);
    EXPECT_TRUE(accounts().log_in(visitor(), "ann@example.com", "correct horse battery", ""));
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(
            refused_for<WrongCredentials>(accounts().log_in(visitor(), "ann@example.com", "a wrong guess", "")));
    }
}

TEST_P(Accounts, AllowThirtyFailuresOfOneNetworkWhateverTheNames) {
    const auto guess = [this](int number, std::string_view peer) {
        return accounts().log_in(visitor(), "name" + std::to_string(number) + "@example.com", "a wrong guess", peer);
    };
    for (int i = 0; i < LogInLimit::failures_of_network; ++i) {
        EXPECT_TRUE(refused_for<WrongCredentials>(guess(i, "2001:db8::" + std::to_string(i + 1))));
    }
    EXPECT_TRUE(refused_for<TooManyAttempts>(guess(100, "2001:db8:0:0:ffff::1"))) << "the same /64";
    EXPECT_TRUE(refused_for<WrongCredentials>(guess(101, "2001:db8:0:1::1")));
    EXPECT_TRUE(refused_for<WrongCredentials>(guess(102, "203.0.113.7")));
    clock_.move_to(clock_.now() + LogInLimit::window);
    EXPECT_TRUE(refused_for<WrongCredentials>(guess(103, "2001:db8::1")));
}

TEST_P(Accounts, SendNoMoreThanFiveMailsToOneAddressInAQuarterOfAnHour) {
    registered("ann@example.com", "correct horse battery");
    for (const auto* email : {"ann@example.com", "nobody@example.com"}) {
        int accepted = 0;
        while (accepted < 10 && accounts().begin_reset(email, "203.0.113.7")) ++accepted;
        EXPECT_EQ(accepted, email[0] == 'a' ? 4 : 5) << "the registration's mail counts";
        EXPECT_TRUE(refused_for<TooManyAttempts>(accounts().begin_registration({email, "Ann", "US"}, "")));
    }
    EXPECT_TRUE(accounts().log_in(visitor(), "ann@example.com", "correct horse battery", "203.0.113.7"))
        << "who is sent mails is not locked out";
}

TEST_P(Accounts, TellWhoJoinedInTheTransactionThatMakesTheAccount) {
    const auto session = registered("Ann@Example.com", "correct horse battery");
    ASSERT_EQ(joined_.size(), 1U);
    EXPECT_EQ(joined_[0].first.value, *session.subject);
    EXPECT_EQ(joined_[0].second, "Ann@Example.com");
}

TEST_P(Accounts, LetNoMoreThanFiveGuessesThroughThoughTheyComeAtOnce) {
    accounts();
    std::atomic<int> guesses = 0;
    std::atomic<int> turned_away = 0;
    std::vector<std::thread> attackers;
    for (int attacker = 0; attacker < 8; ++attacker) {
        attackers.emplace_back([&] {
            for (int i = 0; i < 4; ++i) {
                const auto answer =
                    accounts().log_in(sessions().resume(std::nullopt), "ann@example.com", "a wrong guess", "");
                refused_for<TooManyAttempts>(answer) ? ++turned_away : ++guesses;
            }
        });
    }
    for (auto& attacker : attackers) attacker.join();
    EXPECT_EQ(guesses, 5);
    EXPECT_EQ(turned_away, 27);
}

TEST_P(Accounts, HashAnOldPasswordAgainAtLogIn) {
    registered("ann@example.com", "correct horse battery");
    static const store::Sql put("update customer set password_hash = $1");
    Passwords old(entropy_, {32, 1}, {2, 8});
    const auto weak = *old.hash("correct horse battery");
    store().transact([&](Transaction& tx) { tx.queue(put, weak); });
    ASSERT_TRUE(accounts().log_in(visitor(), "ann@example.com", "correct horse battery", ""));
    EXPECT_NE(stored_hash("ann@example.com").find("m=64,"), std::string::npos);
    EXPECT_TRUE(accounts().log_in(visitor(), "ann@example.com", "correct horse battery", ""));
}

TEST_P(Accounts, OfClosedCustomersLetNobodyIn) {
    registered("ann@example.com", "correct horse battery");
    static const store::Sql close("update customer set state = 'closed'");
    store().transact([&](Transaction& tx) { tx.queue(close); });
    EXPECT_TRUE(
        refused_for<WrongCredentials>(accounts().log_in(visitor(), "ann@example.com", "correct horse battery", "")));
    EXPECT_TRUE(accounts().begin_reset("ann@example.com", ""));
    EXPECT_EQ(last_mail().letter, "no_account");
}

TEST_P(Accounts, HearWhatTheShopHasAgainstAnAddressOrAPassword) {
    const auto wrong = [](const auto& answer) { return std::get<WrongFields>(answer.error()).faults; };
    const auto begun = accounts().begin_registration({"ann@lost.example", "Ann", "US"}, "");
    ASSERT_TRUE(refused_for<WrongFields>(begun));
    EXPECT_EQ(wrong(begun), (std::vector<FieldFault>{{"email", "unreachable"}}));
    EXPECT_EQ(mails().size(), 0U);
    ASSERT_TRUE(accounts().begin_registration({"ann@example.com", "Ann", "US"}, ""));
    const auto token = last_mail().token;
    const auto finished = accounts().finish_registration(visitor(), token, "all in lower case");
    ASSERT_TRUE(refused_for<WrongFields>(finished));
    EXPECT_EQ(wrong(finished), (std::vector<FieldFault>{{"password", "plain"}}));
    EXPECT_TRUE(accounts().finish_registration(visitor(), token, "correct horse battery")) << "the link still holds";
}

TEST_P(Accounts, NameEveryWrongField) {
    const auto answer = accounts().begin_registration({"nobody", "a\nb", "Atlantis"}, "");
    ASSERT_TRUE(refused_for<WrongFields>(answer));
    const std::vector<FieldFault> expected{
        {"email", "not_an_email"}, {"name", "not_text"}, {"country", "not_a_country"}};
    EXPECT_EQ(std::get<WrongFields>(answer.error()).faults, expected);
}

}  // namespace
}  // namespace noren::customers
