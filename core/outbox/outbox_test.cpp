#include "outbox/outbox.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "outbox/testdata/mail_server.hpp"
#include "store/testing.hpp"

namespace noren::outbox {
namespace {

using store::Transaction;
using testing::MailServer;
using namespace std::chrono_literals;

constexpr Instant start = instant_from_us(1'499'040'000'000'000);

/// Notes what it is given, and refuses what it is told to.
class Recorder final : public Transport {
public:
    Result<void, NotAccepted> send(const Envelope& envelope, const std::string& message) override {
        given.emplace_back(envelope.to, message);
        if (refusal) return refuse(*refusal);
        return {};
    }
    std::vector<std::pair<std::string, std::string>> given;
    std::optional<NotAccepted> refusal;
};

class AMail : public store::testing::EachDatabase {
protected:
    AMail() { outbox_.deliver_with(worker(), store(), recorder_); }

    jobs::Worker& worker() {
        if (!worker_) worker_ = std::make_unique<jobs::Worker>(store(), clock_, entropy_);
        return *worker_;
    }
    static NewMail mail(const std::string& about = "o1", const std::string& to = "ann@example.org") {
        return {{"order_placed", about}, "order_placed", to, "Your order", "Thank you.\n", std::nullopt, start};
    }
    void tell(const NewMail& mail) {
        store().transact([&](Transaction& tx) { outbox_.tell(tx, mail); });
    }
    std::optional<Mail> find(const std::string& about) {
        return store().read([&](Transaction& tx) { return outbox_.find(tx, {"order_placed", about}); });
    }
    std::vector<Outbox::Undelivered> undelivered() {
        return store().read([&](Transaction& tx) { return outbox_.undelivered(tx); });
    }

    VirtualClock clock_{start};
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    jobs::Jobs jobs_{ids_};
    Outbox outbox_{clock_, ids_, jobs_, {"Shop", "orders@shop.example", "shop.example"}};
    Recorder recorder_;
    std::unique_ptr<jobs::Worker> worker_;
};
NOREN_ON_EACH_DATABASE(AMail);

TEST_P(AMail, IsListedNewestFirstAndApartWhileItIsOwed) {
    tell(mail("o1"));
    tell(mail("o2"));
    worker().run_due();
    recorder_.refusal = NotAccepted{false, "busy"};
    tell(mail("o3"));
    worker().run_due();
    const auto listed = [&](MailId before, int limit, Outbox::Which which) {
        std::string text;
        for (const auto& one :
             store().read([&](Transaction& tx) { return outbox_.newest(tx, before, limit, which); })) {
            text += one.promise.about + " ";
        }
        return text;
    };
    EXPECT_EQ(listed({}, 2, Outbox::Which::all), "o3 o2 ");
    EXPECT_EQ(listed(find("o2")->id, 9, Outbox::Which::all), "o1 ");
    EXPECT_EQ(listed({}, 9, Outbox::Which::owed), "o3 ");
    const auto id = find("o1")->id;
    EXPECT_EQ(store().read([&](Transaction& tx) { return outbox_.find(tx, id); })->promise.about, "o1");
    EXPECT_FALSE(store().read([&](Transaction& tx) { return outbox_.find(tx, MailId{1}); }));
}

TEST_P(AMail, IsSentOnceAndItsTimeRecorded) {
    tell(mail());
    EXPECT_FALSE(find("o1")->sent);
    clock_.move_to(start + 1min);
    worker().run_due();
    worker().run_due();
    ASSERT_EQ(recorder_.given.size(), 1u);
    EXPECT_EQ(recorder_.given[0].first, "ann@example.org");
    EXPECT_EQ(find("o1")->sent, start + 1min);
}

TEST_P(AMail, IsNotThereWhenItsTransactionFails) {
    EXPECT_THROW(store().transact([&](Transaction& tx) {
        outbox_.tell(tx, mail());
        throw std::runtime_error("no order");
    }),
                 std::runtime_error);
    worker().run_due();
    EXPECT_TRUE(recorder_.given.empty());
}

TEST_P(AMail, IsOneThoughToldAgainBeforeAndAfterItIsSent) {
    tell(mail());
    tell(mail());
    worker().run_due();
    tell(mail());
    worker().run_due();
    EXPECT_EQ(recorder_.given.size(), 1u);
    EXPECT_EQ(store().read([&](Transaction& tx) { return outbox_.page(tx); }).size(), 1u);
}

TEST_P(AMail, WaitsUntilItsTime) {
    auto later = mail();
    later.send_after = start + 48h;
    tell(later);
    worker().run_due();
    EXPECT_TRUE(recorder_.given.empty());
    clock_.move_to(start + 48h);
    worker().run_due();
    EXPECT_EQ(recorder_.given.size(), 1u);
}

TEST_P(AMail, IsTriedAgainWithTheSameBytesUntilItIsAccepted) {
    tell(mail());
    recorder_.refusal = NotAccepted{false, "451 later"};
    worker().run_due();
    recorder_.refusal.reset();
    clock_.move_to(start + 1h);
    worker().run_due();
    ASSERT_EQ(recorder_.given.size(), 2u);
    EXPECT_EQ(recorder_.given[0], recorder_.given[1]);
    EXPECT_TRUE(find("o1")->sent);
}

TEST_P(AMail, RefusedForGoodIsShownAndHoldsUpNoOther) {
    tell(mail("o1", "never@example.org"));
    recorder_.refusal = NotAccepted{true, "550 no such mailbox"};
    worker().run_due();
    recorder_.refusal.reset();
    tell(mail("o2"));
    worker().run_due();
    EXPECT_TRUE(find("o2")->sent);
    const auto left = undelivered();
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].promise.about, "o1");
    EXPECT_EQ(left[0].job.last_error, "550 no such mailbox");
}

TEST_P(AMail, ThatWouldBreakItsHeadersIsRefused) {
    auto injecting = mail();
    injecting.subject = "Your order\r\nBcc: eve@example.org";
    EXPECT_THROW(tell(injecting), InvalidMail);
    EXPECT_THROW(tell(mail("o1", "ann@example.org\r\nBcc: eve@example.org")), InvalidMail);
    EXPECT_THROW(tell(mail("o1", "ann")), InvalidMail);
    auto large = mail();
    large.text.assign(512 * 1024 + 1, 'x');
    EXPECT_THROW(tell(large), InvalidMail);
    EXPECT_THROW((Outbox{clock_, ids_, jobs_, {"Shop\nBcc: eve@example.org", "orders@shop.example", "shop.example"}}),
                 InvalidMail);
}

TEST_P(AMail, IsRememberedWhole) {
    auto full = mail();
    full.html = "<p>Thank you 暖簾</p>";
    full.subject = "ご注文";
    tell(full);
    const auto found = find("o1");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->html, full.html);
    EXPECT_EQ(found->subject, full.subject);
    EXPECT_EQ(found->text, full.text);
    EXPECT_EQ(found->told, start);
    EXPECT_EQ(found->template_name, "order_placed");
}

/// On a server that misbehaves: every mail arrives, twice only where the connection was lost after DATA.
class MailByWire : public AMail {};
NOREN_ON_EACH_DATABASE(MailByWire);

TEST_P(MailByWire, ArrivesAtLeastOnceWithOneMessageId) {
    const store::testing::TemporaryFolder folder;
    const MailServer server(folder.path());
    SmtpSettings settings;
    settings.host = "127.0.0.1";
    settings.port = server.port();
    settings.timeout = 10s;
    Smtp smtp(settings);
    jobs::Worker worker(store(), clock_, entropy_);
    outbox_.deliver_with(worker, store(), smtp, {.attempts = 3});

    tell(mail("o1"));
    tell(mail("o2", "drop@example.org"));
    tell(mail("o3", "later@example.org"));
    for (int hour = 0; hour < 5; ++hour) {
        clock_.move_to(start + std::chrono::hours(hour));
        worker.run_due();
    }

    std::map<std::string, int> arrived;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string message{std::istreambuf_iterator<char>(file), {}};
        ++arrived[testing::seen_by_a_mail_program(message)["id"]];
    }
    const Sender sender{"Shop", "orders@shop.example", "shop.example"};
    EXPECT_EQ(arrived.size(), 2u);
    EXPECT_EQ(arrived[message_id(*find("o1"), sender)], 1);
    EXPECT_EQ(arrived[message_id(*find("o2"), sender)], 2) << "the one window in which a mail arrives twice";
    EXPECT_TRUE(find("o1")->sent);
    EXPECT_TRUE(find("o2")->sent);
    ASSERT_EQ(undelivered().size(), 1u);
    EXPECT_EQ(undelivered()[0].promise.about, "o3");
}

}  // namespace
}  // namespace noren::outbox
