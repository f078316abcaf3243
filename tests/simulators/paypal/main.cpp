// paypal_simulator: PayPal on loopback. See the README.
#include <CLI/CLI.hpp>
#include <atomic>
#include <ctime>
#include <iostream>

#include "api.hpp"

int main(int count, char** arguments) {
    using namespace noren::simulators;
    using namespace noren::simulators::paypal;

    CLI::App program("PayPal on loopback, for tests and demonstrations: no money moves.");
    std::uint16_t port = 0;
    std::string file;
    bool relaxed = false;
    Settings settings;
    program.add_option("--port", port, "Port on 127.0.0.1; 0 takes a free one");
    program.add_option("--book", file, "File that keeps what happened; without it, memory only");
    program.add_flag("--relaxed", relaxed, "Do not sync the book at every change");
    program.add_option("--client", settings.client, "id:secret that may call; without it, any pair may");
    program.add_flag("--auto-approve", settings.auto_approve, "Approve every order as soon as it is made");
    program.add_option("--delay-ms", settings.delay_ms, "Wait before every reply");
    program.add_option("--webhook-url", settings.webhook_url, "Where the shop takes webhooks (http, on this machine)");
    program.add_option("--webhook-id", settings.webhook_id, "The id under which the shop registered them");
    CLI11_PARSE(program, count, arguments);

    try {
        HttpServer server(port);
        const auto address = "http://127.0.0.1:" + std::to_string(server.port());
        std::atomic<std::int64_t> clock_offset_s{0};
        const auto clock = [&clock_offset_s] { return std::time(nullptr) + clock_offset_s; };

        const auto keeping = file.empty() ? Book::Keeping::in_memory
                             : relaxed    ? Book::Keeping::relaxed
                                          : Book::Keeping::synced;
        Book book(file, keeping);
        const Signer signer(file.empty() ? "" : file + ".key");
        Orders orders(book, clock, address);
        Webhooks webhooks(book, signer, clock, address + "/v1/notifications/certs/CERT-SIMULATED");
        Faults faults;
        Api api(settings, book, orders, webhooks, signer, faults, clock_offset_s);

        std::cout << nlohmann::json{{"ready", true}, {"port", server.port()}, {"address", address}} << std::endl;
        server.serve([&api](const Request& request) { return api.answer(request); }, [&book] { book.keep(); });
    } catch (const std::exception& wrong) {
        std::cerr << "paypal_simulator: " << wrong.what() << '\n';
        return 1;
    }
    return 0;
}
