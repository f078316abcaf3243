#include "customers/sealed.hpp"

#include <gtest/gtest.h>

namespace noren::customers {
namespace {

const Key ours = Key::from_secret("a secret of the server that only tests know");
const std::vector<std::uint8_t> bytes{1, 2, 3, 0, 255};

TEST(Sealed, OpensWithItsKeyAndPurposeOnly) {
    SystemEntropy entropy;
    const auto sealed = seal(ours, entropy, "totp 1", bytes);
    EXPECT_EQ(unseal(ours, "totp 1", sealed), bytes);
    EXPECT_FALSE(unseal(ours, "totp 2", sealed));
    EXPECT_FALSE(unseal(Key::from_secret("another secret, of another server's tests"), "totp 1", sealed));
}

TEST(Sealed, IsNeverTheSameTwice) {
    SystemEntropy entropy;
    EXPECT_NE(seal(ours, entropy, "totp 1", bytes), seal(ours, entropy, "totp 1", bytes));
}

TEST(Sealed, DoesNotOpenWhenAnyByteWasChanged) {
    SystemEntropy entropy;
    const auto sealed = seal(ours, entropy, "totp 1", bytes);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] ^= 1;
        EXPECT_FALSE(unseal(ours, "totp 1", changed)) << i;
    }
    EXPECT_FALSE(unseal(ours, "totp 1", std::span(sealed).first(20)));
}

}  // namespace
}  // namespace noren::customers
