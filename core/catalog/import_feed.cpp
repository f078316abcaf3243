#include <istream>
#include <stdexcept>

#include "catalog/feed.hpp"

namespace noren::catalog {
namespace {

constexpr std::size_t rows_a_transaction = 500;
constexpr std::size_t most_faults_told = 1'000;

/// One passage through a feed: every good row goes to `take`, every fault into the report.
class Passage {
public:
    /// `before` bytes of `of` were read in an earlier passage.
    Passage(std::istream& stream, const ImportOptions& options, std::uint64_t before, std::uint64_t of)
        : stream_(stream), options_(options), before_(before), of_(of) {}

    ImportReport run(const std::function<void(FeedRow&&)>& take) {
        auto reader = FeedReader::open(stream_, options_.rules);
        if (!reader) {
            report_.faulty = 1;
            tell(std::move(reader).error());
            return std::move(report_);
        }
        while (auto row = reader->next()) {
            if (++report_.rows % rows_a_transaction == 0) show_progress();
            if (*row) {
                take(std::move(**row));
            } else {
                ++report_.faulty;
                tell(std::move(*row).error());
            }
        }
        report_.ignored_columns = reader->ignored_columns();
        return std::move(report_);
    }

private:
    void tell(std::vector<FeedFault> faults) {
        for (auto& fault : faults) {
            if (report_.faults.size() < most_faults_told) report_.faults.push_back(std::move(fault));
        }
    }
    void show_progress() {
        if (!options_.progress) return;
        const auto at = stream_.tellg();
        if (at >= 0 && of_ > 0) options_.progress(before_ + static_cast<std::uint64_t>(at), of_);
    }

    std::istream& stream_;
    const ImportOptions& options_;
    const std::uint64_t before_;
    const std::uint64_t of_;
    ImportReport report_;
};

/// The stream's length from where it stands, 0 when it cannot tell.
std::uint64_t length_of(std::istream& stream) {
    const auto here = stream.tellg();
    if (here < 0) return stream.clear(), 0;
    stream.seekg(0, std::ios::end);
    const auto end = stream.tellg();
    stream.seekg(here);
    return end < 0 ? 0 : static_cast<std::uint64_t>(end);
}

}  // namespace

ImportReport import_feed(store::Store& store, const Catalog& catalog, std::istream& stream,
                         const ImportOptions& options) {
    const auto begin = stream.tellg();
    const auto length = length_of(stream);
    const auto all = options.strict ? 2 * length : length;
    if (options.strict) {
        if (begin < 0) throw std::invalid_argument("a strict import reads its feed twice: give it a file");
        auto checked = Passage(stream, options, 0, all).run([](FeedRow&&) {});
        if (checked.faulty > 0) return checked;
        stream.clear();
        stream.seekg(begin);
    }

    std::vector<FeedRow> batch;
    std::size_t imported = 0;
    const auto put_batch = [&] {
        store.transact([&](store::Transaction& tx) {
            std::vector<Item> items;
            for (const auto& row : batch) items.push_back(row.item);
            catalog.put(tx, items);
            if (options.also) options.also(tx, batch);
        });
        imported += batch.size();
        batch.clear();
    };
    auto report = Passage(stream, options, all - length, all).run([&](FeedRow&& row) {
        if (row.item.listed_on == Date{}) row.item.listed_on = options.today;
        batch.push_back(std::move(row));
        if (batch.size() == rows_a_transaction) put_batch();
    });
    if (!batch.empty()) put_batch();
    report.imported = imported;
    if (options.progress) options.progress(all, all);
    return report;
}

}  // namespace noren::catalog
