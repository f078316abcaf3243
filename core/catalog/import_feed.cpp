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
    Passage(std::istream& stream, const ImportOptions& options, std::uint64_t length)
        : stream_(stream), options_(options), length_(length) {}

    ImportReport run(const std::function<void(FeedRow&&)>& take) {
        auto reader = FeedReader::open(stream_, options_.rules);
        if (!reader) {
            report_.faulty = 1;
            tell(std::move(reader).error());
            return std::move(report_);
        }
        report_.ignored_columns = reader->ignored_columns();
        while (auto row = reader->next()) {
            if (++report_.rows % rows_a_transaction == 0) show_progress();
            if (*row) {
                take(std::move(**row));
            } else {
                ++report_.faulty;
                tell(std::move(*row).error());
            }
        }
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
        if (at >= 0) options_.progress(static_cast<std::uint64_t>(at), length_);
    }

    std::istream& stream_;
    const ImportOptions& options_;
    const std::uint64_t length_;
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
    if (options.strict) {
        if (begin < 0) throw std::invalid_argument("a strict import reads its feed twice: give it a file");
        auto checked = Passage(stream, options, length).run([](FeedRow&&) {});
        if (checked.faulty > 0) return checked;
        stream.clear();
        stream.seekg(begin);
    }

    std::vector<FeedRow> batch;
    std::size_t imported = 0;
    const auto put_batch = [&] {
        store.transact([&](store::Transaction& tx) {
            for (const auto& row : batch) {
                catalog.put(tx, row.item);
                if (options.also) options.also(tx, row);
            }
        });
        imported += batch.size();
        batch.clear();
    };
    auto report = Passage(stream, options, length).run([&](FeedRow&& row) {
        batch.push_back(std::move(row));
        if (batch.size() == rows_a_transaction) put_batch();
    });
    if (!batch.empty()) put_batch();
    report.imported = imported;
    if (options.progress) options.progress(length, length);
    return report;
}

}  // namespace noren::catalog
