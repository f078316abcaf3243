#include <elf.h>
#include <gmock/gmock.h>

#include <cstring>

#include "host/binary.hpp"
#include "host/test_plugins.hpp"

namespace noren::host {
namespace {

using ::testing::HasSubstr;

/// The plugin `canary` in a folder of its own: it leaves a file as soon as any of its code runs.
class Loading : public ::testing::TestWithParam<Isolation> {
protected:
    void SetUp() override {
        manifest_ = folder_.take("canary");
        ::setenv("NOREN_TEST_CANARY", trace_.c_str(), 1);
    }
    void TearDown() override { ::unsetenv("NOREN_TEST_CANARY"); }

    Result<std::shared_ptr<Plugin>, LoadRefusal> load(std::optional<std::string> pin = {}) {
        PluginOptions options;
        options.isolation = GetParam();
        options.sha256 = std::move(pin);
        return host_.load(manifest_, options);
    }

    /// That it is refused with one line that holds these, and that none of its code ran.
    void expect_refused(const std::vector<std::string>& says, std::optional<std::string> pin = {}) {
        const auto loaded = load(std::move(pin));
        ASSERT_FALSE(loaded);
        const auto text = loaded.error().text();
        for (const auto& words : says) EXPECT_THAT(text, HasSubstr(words));
        EXPECT_THAT(text, HasSubstr("; expected "));
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;
        EXPECT_FALSE(std::filesystem::exists(trace_)) << "code of a refused plugin ran";
    }

    void change_manifest(const std::string& from, const std::string& to) {
        auto text = file_text(manifest_);
        const auto at = text.find(from);
        ASSERT_NE(at, std::string::npos);
        write_file(manifest_, text.replace(at, from.size(), to));
    }

    void change_binary(const std::function<void(std::string&)>& change) {
        auto bytes = file_text(binary_);
        change(bytes);
        write_file(binary_, bytes);
    }

    TemporaryFolder folder_;
    TemporaryFolder elsewhere_;
    SystemClock clock_;
    Host host_{{NOREN_PLUGIN_HOST, elsewhere_.path() / "cache", {}}, clock_};
    std::filesystem::path manifest_;
    const std::filesystem::path binary_ = folder_.path() / "canary.so";
    const std::filesystem::path schema_ = folder_.path() / "canary.schema.yaml";
    const std::filesystem::path trace_ = elsewhere_.path() / "trace";
};

TEST_P(Loading, TakesAGoodPluginFromACopyNamedByItsHash) {
    const auto sha256 = sha256_hex(file_text(binary_));
    const auto loaded = load(sha256);
    ASSERT_TRUE(loaded) << loaded.error().text();
    EXPECT_EQ((*loaded)->manifest().id, "canary");
    EXPECT_EQ((*loaded)->sha256(), sha256);
    EXPECT_EQ(host_.find("canary"), *loaded);
    EXPECT_EQ(file_text(elsewhere_.path() / "cache" / (sha256 + ".so")), file_text(binary_));
    // The canary works: in-process its constructor did run. (A helper has no environment that would tell it where.)
    EXPECT_EQ(std::filesystem::exists(trace_), GetParam() == Isolation::none);
}

TEST_P(Loading, ACopyThatWasTamperedWithIsReplaced) {
    ASSERT_TRUE(load());
    const auto copy = elsewhere_.path() / "cache" / (sha256_hex(file_text(binary_)) + ".so");
    write_file(copy, "tampered");
    ASSERT_TRUE(load());
    EXPECT_EQ(file_text(copy), file_text(binary_));
}

TEST_P(Loading, RefusesAnotherHash) {
    const auto pinned = sha256_hex(file_text(binary_));
    change_binary([](std::string& bytes) { bytes += '\0'; });
    expect_refused({"canary.so", "SHA-256", pinned, "as pinned"}, pinned);
}

TEST_P(Loading, RefusesOtherMachinesClassesAndFiles) {
    const auto good = file_text(binary_);
    change_binary([](std::string& bytes) { reinterpret_cast<Elf64_Ehdr*>(bytes.data())->e_machine = EM_RISCV; });
    expect_refused({"RISC-V", "rebuild it for this machine"});
    change_binary([&](std::string& bytes) {
        bytes = good;
        bytes[EI_CLASS] = ELFCLASS32;
    });
    expect_refused({"32-bit", "rebuild"});
    change_binary([&](std::string& bytes) {
        bytes = good;
        reinterpret_cast<Elf64_Ehdr*>(bytes.data())->e_type = ET_EXEC;
    });
    expect_refused({"no shared library", "-shared"});
    change_binary([](std::string& bytes) { bytes = "#!/bin/sh\n"; });
    expect_refused({"no ELF file"});
    change_binary([](std::string& bytes) { bytes.clear(); });
    expect_refused({"no ELF file"});
}

TEST_P(Loading, RefusesALibraryWithoutTheOneExport) {
    write_file(binary_, file_text(std::filesystem::path(NOREN_TESTDATA) / "nothing.so"));
    expect_refused({"without noren_plugin_v1", "noren_add_plugin"});
}

TEST_P(Loading, RefusesAnotherAbi) {
    change_manifest("abi: 1", "abi: 2");
    expect_refused({"ABI 2", "expected ABI 1", "update Noren"});
}

TEST_P(Loading, RefusesAManifestThatTheBinaryDoesNotHold) {
    change_manifest("1.2.3", "1.2.4");
    expect_refused({"another manifest", "of the same build"});
}

TEST_P(Loading, RefusesAManifestThatIsNone) {
    change_manifest("fallback: skip", "fallback: sometimes");
    expect_refused({"canary.plugin.yaml", "sometimes"});
    write_file(manifest_, "id: [canary");
    expect_refused({"canary.plugin.yaml"});
    write_file(manifest_, file_text(std::filesystem::path(NOREN_TESTDATA) / "trouble.plugin.yaml"));
    expect_refused({"the id `trouble`", "name of the file"});
    std::filesystem::remove(manifest_);
    expect_refused({"nothing that can be read", "install"});
}

TEST_P(Loading, RefusesMethodsThatItsKindDoesNotHave) {
    change_manifest("methods: [quotes]", "methods: [quotes, refund]");
    expect_refused({"`refund`", "carrier"});
    change_manifest("methods: [quotes, refund]", "methods: []");
    expect_refused({"no method `quotes`"});
}

TEST_P(Loading, RefusesWithoutASchemaOfItsSettings) {
    write_file(schema_, "type: maps\n");
    expect_refused({"canary.schema.yaml"});
    std::filesystem::remove(schema_);
    expect_refused({"canary.schema.yaml", "nothing that can be read"});
}

TEST_P(Loading, RefusesSymbolicLinks) {
    std::filesystem::rename(binary_, folder_.path() / "real.so");
    std::filesystem::create_symlink(folder_.path() / "real.so", binary_);
    expect_refused({"canary.so", "symbolic link", "copy the file"});
}

TEST_P(Loading, RefusesALinkInPlaceOfItsFolder) {
    std::filesystem::create_directory_symlink(folder_.path(), elsewhere_.path() / "link");
    manifest_ = elsewhere_.path() / "link" / "canary.plugin.yaml";
    expect_refused({"symbolic link in place of its folder"});
}

TEST_P(Loading, RefusesWhatEverybodyMayWrite) {
    ::chmod(binary_.c_str(), 0666);
    expect_refused({"canary.so", "everybody may write", "chmod o-w"});
    ::chmod(binary_.c_str(), 0644);
    ::chmod(folder_.path().c_str(), 0777);
    expect_refused({"a folder that everybody may write", "chmod o-w"});
}

TEST_P(Loading, RefusesADamagedLibraryWithoutHarm) {
    const auto good = file_text(binary_);
    std::uint32_t state = 1;
    for (int round = 0; round < 300; ++round) {  // symbol tables and headers that point anywhere
        auto bytes = good;
        for (int change = 0; change < 8; ++change) {
            state = state * 1664525U + 1013904223U;
            const auto header = round % 2 == 0 ? state % sizeof(Elf64_Ehdr) : bytes.size() - 1 - state % 1024;
            bytes[header] = static_cast<char>(state >> 24U);
        }
        (void)exports_of(bytes, "damaged");
    }
    change_binary([](std::string& bytes) { bytes.resize(bytes.size() / 2); });
    expect_refused({"canary.so"});
}

TEST_P(Loading, WhoeverReachesOutWhileItIsLinkedInAHelperIsRefused) {
    if (GetParam() == Isolation::none || !sandbox::confines) GTEST_SKIP() << "nothing confines it";
    manifest_ = folder_.take("intruder");
    expect_refused({"intruder.so", "ended while loading", "the sandbox forbids"});
}

TEST_P(Loading, ACacheThatOthersMayWriteStopsTheServer) {
    std::filesystem::create_directory(elsewhere_.path() / "cache");
    ::chmod((elsewhere_.path() / "cache").c_str(), 0777);
    EXPECT_THROW((void)load(), std::runtime_error);
    EXPECT_FALSE(std::filesystem::exists(trace_));
}

TEST_P(Loading, AFurtherVersionTakesThePlaceOfTheEarlierWhichLivesOn) {
    manifest_ = folder_.take("trouble");
    const auto earlier = load();
    ASSERT_TRUE(earlier) << earlier.error().text();
    const auto instance = *(*earlier)->open(plan_of());
    write_file(folder_.path() / "trouble.so", file_text(folder_.path() / "trouble.so") + " ");
    const auto later = load();
    ASSERT_TRUE(later) << later.error().text();
    EXPECT_EQ(host_.find("trouble"), *later);
    EXPECT_NE((*earlier)->sha256(), (*later)->sha256());
    EXPECT_TRUE(instance->call(NOREN_CARRIER_QUOTES, quotes_request(), CallOptions::within(std::chrono::seconds(5))));
}

INSTANTIATE_TEST_SUITE_P(Modes, Loading, ::testing::Values(Isolation::none, Isolation::process), [](const auto& mode) {
    return std::string(mode.param == Isolation::none ? "InProcess" : "Isolated");
});

TEST(Manifest, SaysWhatAPolicyDecidesAndNeeds) {
    const auto manifest = parse_manifest(
        "id: terms\nversion: 2.0.1\nkind: policy\nabi: 1\ndecides: [offer_payment, invoice]\nsection: payment\n"
        "needs: [{need: barred_items, of: household}, {need: units_ordered, of: customer, window: 30d}]\nfallback: "
        "deny\n",
        "terms.plugin.yaml");
    ASSERT_TRUE(manifest) << manifest.error().text();
    EXPECT_EQ(manifest->decides, (std::vector{wire::Point::OfferPayment, wire::Point::Invoice}));
    EXPECT_EQ(manifest->methods, std::vector<std::uint32_t>{NOREN_POLICY_DECIDE});
    EXPECT_EQ(manifest->section, "payment");
    ASSERT_EQ(manifest->needs.size(), 2U);
    EXPECT_EQ(manifest->needs[0].of, "household");
    EXPECT_FALSE(manifest->needs[0].window);
    EXPECT_EQ(manifest->needs[1].window, (Span{30, Span::Unit::days}));
    EXPECT_EQ(manifest->fallback, Fallback::deny);
    EXPECT_FALSE(manifest->concurrent);
}

TEST(Manifest, KeepsPoliciesFromTheNetwork) {
    const auto manifest = parse_manifest(
        "id: terms\nversion: 2.0.1\nkind: policy\nabi: 1\ndecides: [invoice]\nhosts: [base_url]\nfallback: deny\n",
        "terms.plugin.yaml");
    ASSERT_FALSE(manifest);
    EXPECT_THAT(manifest.error().text(), HasSubstr("a policy that talks"));
}

TEST(Manifest, SaysHowRequestsAreSigned) {
    const auto manifest = parse_manifest(file_text(std::filesystem::path(NOREN_TESTDATA) / "provider.plugin.yaml"),
                                         "provider.plugin.yaml");
    ASSERT_TRUE(manifest) << manifest.error().text();
    EXPECT_EQ(manifest->hosts, std::vector<std::string>{"base_url"});
    ASSERT_EQ(manifest->authorizations.size(), 3U);
    EXPECT_EQ(std::get<ClientCredentials>(manifest->authorizations.at("api")).path, "/oauth2/token");
    EXPECT_EQ(std::get<BasicAuthorization>(manifest->authorizations.at("user")).user, "client_id");
    EXPECT_EQ(std::get<BearerAuthorization>(manifest->authorizations.at("fixed")).token, "client_secret");
}

}  // namespace
}  // namespace noren::host
