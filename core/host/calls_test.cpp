#include <gmock/gmock.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <fstream>
#include <latch>
#include <random>
#include <thread>

#include "host/test_plugins.hpp"

namespace noren::host {
namespace {

using namespace std::chrono_literals;

/// The plugin `trouble` in one mode, with everything that was told about it.
class Calls : public ::testing::TestWithParam<std::tuple<Isolation, const char*>> {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(std::filesystem::path(NOREN_TESTDATA) / std::get<1>(GetParam()) / "trouble.so")) {
            GTEST_SKIP() << "not built here: " << std::get<1>(GetParam());
        }
        open({});
    }

    void open(PluginOptions options) {
        options.isolation = std::get<0>(GetParam());
        auto loaded = host_.load(folder_.take("trouble", std::get<1>(GetParam())), options);
        ASSERT_TRUE(loaded) << loaded.error().text();
        plugin_ = *loaded;
        auto opened = plugin_->open(plan_of());
        ASSERT_TRUE(opened) << opened.error().message;
        instance_ = *opened;
    }

    bool isolated() const { return std::get<0>(GetParam()) == Isolation::process; }

    Result<Reply, CallFault> ask(const std::string& how = "", std::span<const std::uint8_t> echo = {},
                                 std::chrono::milliseconds within = 5s) {
        return instance_->call(NOREN_CARRIER_QUOTES, quotes_request(how, echo), CallOptions::within(within));
    }

    /// That the call fails so, and that the next one is answered as if nothing had been.
    void expect_fault(FaultKind kind, const std::string& how, const std::string& says,
                      std::span<const std::uint8_t> echo = {}, std::chrono::milliseconds within = 5s) {
        const auto reply = ask(how, echo, within);
        ASSERT_FALSE(reply) << how;
        EXPECT_EQ(to_string(reply.error().kind), to_string(kind)) << how << ": " << reply.error().message;
        EXPECT_THAT(reply.error().message, ::testing::HasSubstr(says)) << how;
        const auto next = ask();
        ASSERT_TRUE(next) << how << ": " << next.error().message;
        EXPECT_EQ((*next)->answer_as_Quotes()->quotes()->size(), 3U) << how;
        instance_->lift_quarantine();
    }

    TemporaryFolder folder_;
    TemporaryFolder cache_;
    SystemClock clock_;
    std::mutex mutex_;
    std::vector<FaultReport> told_;
    Host host_{{NOREN_PLUGIN_HOST, cache_.path() / "plugins",
                [this](const FaultReport& report) {
                    const std::lock_guard lock(mutex_);
                    told_.push_back(report);
                }},
               clock_};
    std::shared_ptr<Plugin> plugin_;
    std::shared_ptr<Instance> instance_;
};

std::vector<std::uint8_t> bytes_of(const wire::ReplyT& reply) {
    noren_fb::FlatBufferBuilder builder;
    builder.Finish(wire::Reply::Pack(builder, &reply));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

wire::QuoteT some_quote(const std::string& service = "ems") {
    wire::QuoteT quote;
    quote.service = service;
    quote.name = "EMS";
    quote.price = std::make_unique<wire::MoneyT>();
    quote.price->minor = 1200;
    quote.price->currency = "JPY";
    quote.min_days = 2;
    quote.max_days = 6;
    return quote;
}

std::vector<std::uint8_t> quoting(std::vector<wire::QuoteT> quotes) {
    wire::QuotesT answer;
    answer.quotes = std::move(quotes);
    wire::ReplyT reply;
    reply.answer.Set(std::move(answer));
    return bytes_of(reply);
}

TEST_P(Calls, AnswersFiveLinesWithThreeQuotes) {
    const auto reply = ask();
    ASSERT_TRUE(reply) << reply.error().message;
    const auto* quotes = (*reply)->answer_as_Quotes();
    ASSERT_NE(quotes, nullptr);
    ASSERT_EQ(quotes->quotes()->size(), 3U);
    EXPECT_EQ(quotes->quotes()->Get(0)->service()->string_view(), "ems");
    EXPECT_EQ(quotes->quotes()->Get(0)->price()->minor(), 1200 + 4700 / 500 * 100);
}

TEST_P(Calls, AnExceptionOrAnErrorCodeFailsItsCallOnly) {
    expect_fault(FaultKind::crashed, "throw", "it was not my day");
    expect_fault(FaultKind::transport, "fail", "EFAULT");
    expect_fault(FaultKind::garbage, "silent", "without a reply");
    expect_fault(FaultKind::garbage, "twice", "two replies");
    expect_fault(FaultKind::flooded, "flood", "larger");
}

TEST_P(Calls, LiesFailTheirCallOnly) {
    const std::vector<std::uint8_t> noise(500, 0xA5);
    expect_fault(FaultKind::garbage, "echo", "well-formed", noise);
    auto good = quoting({some_quote()});
    expect_fault(FaultKind::garbage, "echo", "", std::span(good).first(good.size() / 2));

    auto other = quoting({some_quote()});
    auto* root = noren_fb::GetMutableRoot<wire::Reply>(other.data());
    const auto* type_field =
        reinterpret_cast<const std::uint8_t*>(root) +
        reinterpret_cast<const noren_fb::Table*>(root)->GetOptionalFieldOffset(wire::Reply::VT_ANSWER_TYPE);
    other[static_cast<std::size_t>(type_field - other.data())] = 99;
    expect_fault(FaultKind::garbage, "echo", "does not answer", other);
    other[static_cast<std::size_t>(type_field - other.data())] = static_cast<std::uint8_t>(wire::Answer::Verdict);
    expect_fault(FaultKind::garbage, "echo", "", other);

    auto quote = some_quote();
    quote.price->currency = "ZZZ";
    expect_fault(FaultKind::garbage, "echo", "currency", quoting({quote}));
    quote = some_quote();
    quote.price->minor = -1;
    expect_fault(FaultKind::garbage, "echo", "negative", quoting({quote}));
    quote = some_quote();
    quote.name = "\xFF\xFE";
    expect_fault(FaultKind::garbage, "echo", "UTF-8", quoting({quote}));
}

TEST_P(Calls, AReplyThatWouldUnfoldIntoMuchIsRefused) {
    // 60 quotes whose sources are all the one string of 190 bytes are few; 1,500 with one of 60,000 are a bomb.
    noren_fb::FlatBufferBuilder builder;
    const auto shared = builder.CreateString(std::string(60'000, 'a'));
    const auto code = builder.CreateString("ems");
    const auto currency = builder.CreateString("JPY");
    const auto price = wire::CreateMoney(builder, 1, currency);
    std::vector<noren_fb::Offset<wire::Quote>> quotes;
    for (int i = 0; i < 1500; ++i) quotes.push_back(wire::CreateQuote(builder, code, shared, price, 1, 2, true));
    const auto answer = wire::CreateQuotes(builder, builder.CreateVector(quotes));
    builder.Finish(wire::CreateReply(builder, wire::Answer::Quotes, answer.Union()));
    ASSERT_LT(builder.GetSize(), most_reply_bytes);
    expect_fault(FaultKind::garbage, "echo", "too", {builder.GetBufferPointer(), builder.GetSize()});
}

TEST_P(Calls, LargeRepliesAndRequestsPass) {
    std::vector<wire::QuoteT> quotes;
    for (int i = 0; i < 60; ++i) quotes.push_back(some_quote("service_" + std::to_string(i)));
    auto bytes = quoting(std::move(quotes));
    bytes.resize(200 * 1024);  // trailing bytes belong to no table
    const auto reply = ask("echo", bytes);
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->bytes().size(), bytes.size());
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), reply->bytes().begin()));

    std::vector<std::uint8_t> request = quotes_request();
    request.resize(most_request_bytes);
    EXPECT_TRUE(instance_->call(NOREN_CARRIER_QUOTES, request, CallOptions::within(5s)));
    request.resize(most_request_bytes + 1);
    const auto refused = instance_->call(NOREN_CARRIER_QUOTES, request, CallOptions::within(5s));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, -EMSGSIZE);
}

TEST_P(Calls, ThreeFaultsInAMinuteQuarantineUntilTheOperatorLiftsIt) {
    EXPECT_FALSE(ask("fail"));
    EXPECT_FALSE(ask("fail"));
    EXPECT_TRUE(ask());
    EXPECT_FALSE(instance_->is_quarantined());
    EXPECT_FALSE(ask("fail"));
    EXPECT_TRUE(instance_->is_quarantined());
    const auto kept_away = ask();
    ASSERT_FALSE(kept_away);
    EXPECT_EQ(kept_away.error().kind, FaultKind::quarantined);
    EXPECT_EQ(instance_->manifest().fallback, Fallback::skip);

    ASSERT_EQ(told_.size(), 3U);
    EXPECT_FALSE(told_[1].quarantined);
    EXPECT_TRUE(told_[2].quarantined);
    EXPECT_EQ(told_[2].plugin, "trouble");
    EXPECT_EQ(told_[2].version, "1.2.3");
    EXPECT_EQ(told_[2].storefront, "a_shop");
    const auto health = host_.health().at(0).instances.at(0);
    EXPECT_EQ(health.calls, 4U);
    EXPECT_EQ(health.faults, 3U);
    EXPECT_TRUE(health.quarantined);
    EXPECT_THAT(health.last_fault, ::testing::HasSubstr("EFAULT"));

    instance_->lift_quarantine();
    EXPECT_TRUE(ask());
}

TEST_P(Calls, InstancesAreApartAndOneOfThemInQuarantineHarmsNoOther) {
    auto other = *plugin_->open(plan_of());
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(ask("fail"));
    EXPECT_TRUE(instance_->is_quarantined());
    const auto reply = other->call(NOREN_CARRIER_QUOTES, quotes_request("count"), CallOptions::within(5s));
    ASSERT_TRUE(reply);
    EXPECT_EQ((*reply)->answer_as_Error()->code()->string_view(), "calls_1");
}

TEST_P(Calls, AnInstanceOpensLaterToo) {
    EXPECT_TRUE(ask());
    for (int i = 0; i < 20; ++i) {
        auto later = plugin_->open(plan_of());
        ASSERT_TRUE(later) << later.error().message;
        EXPECT_TRUE((*later)->call(NOREN_CARRIER_QUOTES, quotes_request(), CallOptions::within(5s)));
    }
}

TEST_P(Calls, SettingsThatThePluginRefusesAreToldInItsWords) {
    const auto refused = plugin_->open(plan_of({{"refuse", "the tariff is of 1871"}}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FaultKind::unavailable);
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("bad_settings: the tariff is of 1871"));
    EXPECT_TRUE(ask());
}

TEST_P(Calls, AMethodThatTheManifestDoesNotListIsNotCalled) {
    const auto refused = instance_->call(NOREN_GATEWAY_BEGIN, quotes_request(), CallOptions::within(5s));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, -ENOSYS);
    EXPECT_TRUE(told_.empty());
}

TEST_P(Calls, ASlowPluginFillsItsOwnQueueOnly) {
    PluginOptions options;
    options.most_waiting = 2;
    open(options);
    constexpr int callers = 8;
    std::atomic<int> answered{0};
    std::atomic<int> refused{0};
    int rounds = 0;
    for (; rounds < 50 && refused == 0; ++rounds) {  // on a busy machine they may come one after another
        std::latch together(callers);
        std::vector<std::thread> threads;
        for (int i = 0; i < callers; ++i) {
            threads.emplace_back([&] {
                together.arrive_and_wait();
                const auto reply = ask("sleep");
                if (reply) {
                    ++answered;
                } else if (reply.error().kind == FaultKind::refused_by_queue) {
                    ++refused;
                }
            });
        }
        for (auto& thread : threads) thread.join();
    }
    EXPECT_GE(answered, 3);  // one at work and two waiting, at least
    EXPECT_GE(refused, 1);
    EXPECT_EQ(answered + refused, callers * rounds);
    EXPECT_FALSE(instance_->is_quarantined()) << "waiting is no fault of the plugin's";
    EXPECT_TRUE(told_.empty());
}

TEST_P(Calls, WhoWaitsInVainIsToldByTheDeadline) {
    std::thread slow([&] { EXPECT_TRUE(ask("sleep")); });
    std::this_thread::sleep_for(10ms);
    const auto late = ask("", {}, 5ms);
    if (!late) {
        EXPECT_EQ(late.error().kind, FaultKind::refused_by_queue);
    }
    slow.join();
}

TEST_P(Calls, ChatterReachesNobodyAndHarmsNothing) {
    if (isolated()) {
        EXPECT_TRUE(ask("print"));
        expect_fault(FaultKind::flooded, "log_flood", "logs too much");
    }
    EXPECT_TRUE(ask("log"));
}

TEST_P(Calls, ALateAnswerOfAnInProcessPluginIsUsedAndReported) {
    if (isolated()) GTEST_SKIP() << "a helper that is late is ended";
    EXPECT_TRUE(ask("sleep", {}, 10ms));
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_TRUE(told_[0].answered);
    EXPECT_EQ(instance_->health().faults, 0U);
}

TEST_P(Calls, MutatedRepliesAreAnsweredOrRefusedAndNothingElse) {
    const auto good = quoting({some_quote("ems"), some_quote("air"), some_quote("sal")});
    std::mt19937 random(20160601);
    int passed = 0;
    for (int round = 0; round < 3000; ++round) {
        auto mutant = good;
        for (auto changes = 1 + random() % 4; changes > 0; --changes) {
            mutant[random() % mutant.size()] = static_cast<std::uint8_t>(random());
        }
        if (random() % 8 == 0) mutant.resize(1 + random() % mutant.size());
        const auto reply = ask("echo", mutant);
        if (reply) {
            ++passed;
        } else {
            ASSERT_EQ(reply.error().kind, FaultKind::garbage) << reply.error().message;
            instance_->lift_quarantine();
        }
    }
    EXPECT_GT(passed, 0);
    EXPECT_LT(passed, 3000);
    EXPECT_EQ(plugin_->health().runner.restarts, 0U);
}

const auto both =
    ::testing::Combine(::testing::Values(Isolation::none, Isolation::process), ::testing::Values("", "libcxx"));
const auto name_of = [](const auto& info) {
    return std::string(std::get<0>(info.param) == Isolation::none ? "InProcess" : "Isolated") +
           (*std::get<1>(info.param) == '\0' ? "" : "ByLibcxx");
};
INSTANTIATE_TEST_SUITE_P(Modes, Calls, both, name_of);

/// What only a process of its own survives.
class Isolated : public Calls {};

TEST_P(Isolated, ACrashFailsItsCallOnly) {
    const std::string died = sandbox::confines ? "SIGSEGV" : "ended";  // AddressSanitizer ends it by itself
    expect_fault(FaultKind::crashed, "segv", died);
    expect_fault(FaultKind::crashed, "abort", sandbox::confines ? "SIGABRT" : "ended");
    expect_fault(FaultKind::crashed, "exit", "exit code 7");
    expect_fault(FaultKind::crashed, "recurse", died);
    EXPECT_EQ(plugin_->health().runner.restarts, 4U);
}

TEST_P(Isolated, AHangEndsAtTheDeadline) {
    const auto begun = std::chrono::steady_clock::now();
    expect_fault(FaultKind::timed_out, "hang", "no answer", {}, 100ms);
    expect_fault(FaultKind::timed_out, "stop", "no answer", {}, 100ms);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
}

TEST_P(Isolated, MemoryIsCapped) {
    if (!sandbox::confines) GTEST_SKIP() << "no sandbox under sanitizers";
    const auto reply = ask("allocate");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, FaultKind::crashed);
    EXPECT_THAT(reply.error().message, ::testing::HasSubstr("bad_alloc"));
    EXPECT_TRUE(ask());
}

TEST_P(Isolated, WritingOnTheChannelByItselfIsGarbage) {
    expect_fault(FaultKind::garbage, "forge", "another instance");
}

TEST_P(Isolated, WhatTheSandboxForbidsEndsTheHelper) {
    if (!sandbox::confines) GTEST_SKIP() << "no sandbox under sanitizers";
    const std::vector<long> forbidden{SYS_open,       SYS_openat,      SYS_creat,        SYS_stat,
                                      SYS_unlink,     SYS_mkdir,       SYS_socket,       SYS_connect,
                                      SYS_bind,       SYS_socketpair,  SYS_pipe2,        SYS_fork,
                                      SYS_vfork,      SYS_clone,       SYS_clone3,       SYS_execve,
                                      SYS_kill,       SYS_ptrace,      SYS_prctl,        SYS_seccomp,
                                      SYS_setuid,     SYS_prlimit64,   SYS_memfd_create, SYS_io_uring_setup,
                                      SYS_bpf,        SYS_userfaultfd, SYS_mount,        SYS_process_vm_readv,
                                      SYS_pidfd_open, SYS_dup,         SYS_setitimer,    SYS_shmget,
                                      SYS_unshare,    SYS_sendto,      SYS_ioctl,        SYS_perf_event_open};
    for (const long call : forbidden) {
        expect_fault(FaultKind::crashed, "syscall " + std::to_string(call), "the sandbox forbids");
    }
    expect_fault(FaultKind::crashed, "exec_memory", "the sandbox forbids");
    expect_fault(FaultKind::crashed, "thread", "the sandbox forbids");
}

TEST_P(Isolated, CallsThatWaitWhileAHelperDiesAreServedByTheNext) {
    std::vector<std::thread> threads;
    std::atomic<int> answered{0};
    for (int i = 0; i < 6; ++i) {
        threads.emplace_back([&, hangs = i % 3 == 0] {
            if (ask(hangs ? "hang" : "", {}, hangs ? 50ms : 5000ms)) ++answered;
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(answered, 4);
}

TEST_P(Isolated, TimeLostInTheQueueIsNotTheHelpersFault) {
    std::thread slow([&] { EXPECT_TRUE(ask("sleep")); });  // 50 ms
    std::this_thread::sleep_for(15ms);
    const auto late = ask("sleep", {}, 60ms);  // would begin with some 25 ms left
    slow.join();
    if (!late && late.error().kind != FaultKind::timed_out) {
        EXPECT_EQ(late.error().kind, FaultKind::refused_by_queue);
        EXPECT_TRUE(told_.empty());
        EXPECT_EQ(plugin_->health().runner.restarts, 0U);
    }
}

TEST_P(Isolated, AHelperThatDiedWhileIdleIsNobodysFault) {
    EXPECT_TRUE(ask());
    // The helper's own pid is not told; kill the only child that this test program has.
    std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    std::vector<int> pids;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream list(task.path() / "children");
        for (int pid = 0; list >> pid;) pids.push_back(pid);
    }
    ASSERT_EQ(pids.size(), 1U);
    ::kill(pids[0], SIGKILL);
    std::this_thread::sleep_for(20ms);
    EXPECT_TRUE(ask());
    EXPECT_TRUE(told_.empty());
    EXPECT_EQ(plugin_->health().runner.restarts, 1U);
}

TEST_P(Isolated, AHelperDiesWithTheServerThoughItIsBusy) {
    if (!sandbox::confines) GTEST_SKIP() << "sanitizers do not like a fork among threads";
    instance_.reset();
    const pid_t server = ::fork();
    if (server == 0) {
        const SystemClock clock;
        Host host({NOREN_PLUGIN_HOST, cache_.path() / "of_the_child", {}}, clock);
        const auto plugin = host.load(folder_.path() / "trouble.so", {});
        const auto instance = (*plugin)->open(plan_of());
        (void)(*instance)->call(NOREN_CARRIER_QUOTES, quotes_request("hang"), CallOptions::within(1min));
        ::_exit(1);
    }
    std::string helper;
    std::string state;
    const auto look = [&] {
        state.clear();
        std::ifstream status("/proc/" + helper + "/stat");
        for (std::string word; state.empty() && status >> word;) {
            if (word.ends_with(')')) status >> state;
        }
    };
    for (int i = 0; i < 1000 && state != "R"; ++i) {
        std::error_code gone;
        for (const auto& task :
             std::filesystem::directory_iterator("/proc/" + std::to_string(server) + "/task", gone)) {
            std::ifstream(task.path() / "children") >> helper;
        }
        if (!helper.empty()) look();
        std::this_thread::sleep_for(5ms);
    }
    ASSERT_EQ(state, "R");
    std::this_thread::sleep_for(50ms);
    ::kill(server, SIGKILL);
    ::waitpid(server, nullptr, 0);
    for (int i = 0; i < 1000 && !state.empty() && state != "Z"; ++i) {
        std::this_thread::sleep_for(5ms);
        look();
    }
    EXPECT_TRUE(state.empty() || state == "Z") << state;
}

TEST_P(Isolated, SeveralHelpersServeSeveralCallsAtOnce) {
    PluginOptions options;
    options.helpers = 4;
    open(options);
    for (int round = 0; round < 50 && plugin_->health().runner.helpers < 4;
         ++round) {  // on a busy machine they may miss
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) threads.emplace_back([&] { EXPECT_TRUE(ask("sleep")); });
        for (auto& thread : threads) thread.join();
    }
    EXPECT_EQ(plugin_->health().runner.helpers, 4U);
}

TEST_P(Isolated, AHelperHasNoEnvironmentAndLittleMemory) {
    EXPECT_TRUE(ask());
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream list(task.path() / "children");
        for (int pid = 0; list >> pid;) {
            std::ifstream memory("/proc/" + std::to_string(pid) + "/statm");
            long pages = 0;
            long resident = 0;
            memory >> pages >> resident;
            RecordProperty("resident_kib", static_cast<int>(resident * 4));
            EXPECT_TRUE(!sandbox::confines || resident * 4 <= 5 * 1024) << resident * 4 << " KiB";
            EXPECT_EQ(file_text("/proc/" + std::to_string(pid) + "/environ"), "");
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Modes, Isolated,
                         ::testing::Combine(::testing::Values(Isolation::process), ::testing::Values("", "libcxx")),
                         name_of);

}  // namespace
}  // namespace noren::host
