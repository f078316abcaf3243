// endless_writer FILE PIPE: the process that a test kills. Writes notes to FILE from four threads for ever, and tells
// each id on the file descriptor PIPE when its commit has returned.
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "store/notes_fixture.hpp"

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const auto store =
        noren::store::open_sqlite({argv[1]}, noren::store::Content::books, noren::store::note_migrations);
    const int told = std::atoi(argv[2]);
    std::atomic<int> next{1};
    const auto write_some = [&] {
        for (;;) {
            const int id = next++;
            store->transact(
                [&](noren::store::Transaction& tx) { tx.run(noren::store::insert_note, id, std::to_string(id), 0); });
            if (write(told, &id, sizeof id) != sizeof id) _exit(1);
        }
    };
    std::thread others[] = {std::thread(write_some), std::thread(write_some), std::thread(write_some)};
    write_some();
}
