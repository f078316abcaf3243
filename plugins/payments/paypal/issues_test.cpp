#include "issues.hpp"

#include <gtest/gtest.h>

#include <string>

#include "paypal_data.hpp"

using noren::paypal::Meaning;
using noren::paypal::meaning_of;

TEST(Issues, HoldEveryPublishedCodeOnceInOrder) {
    std::string last;
    int count = 0;
    std::string_view rows = noren::data::issues_csv;
    rows.remove_prefix(rows.find("issue,meaning\n") + 14);
    while (!rows.empty()) {
        const auto row = rows.substr(0, rows.find('\n'));
        rows.remove_prefix(row.size() + 1);
        const std::string code(row.substr(0, row.find(',')));
        EXPECT_LT(last, code);
        const bool open = row.substr(row.find(',') + 1) == "unclear";
        EXPECT_EQ(meaning_of(code) == Meaning::unclear, open) << code;
        last = code;
        ++count;
    }
    EXPECT_EQ(count, 218) << "the distinct codes of the specification of 2024-02-03";
}

TEST(Issues, LeaveUnpublishedCodesOpen) {
    EXPECT_EQ(meaning_of("INSTRUMENT_DECLINED"), Meaning::approve);
    EXPECT_EQ(meaning_of("INSTRUMENT"), Meaning::unclear);
    EXPECT_EQ(meaning_of(""), Meaning::unclear);
    EXPECT_EQ(meaning_of("issue"), Meaning::unclear);
}
