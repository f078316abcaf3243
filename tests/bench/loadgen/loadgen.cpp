// loadgen: shoppers who each repeat a flow, one after the other, and what that took.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "connection.hpp"
#include "flow.hpp"
#include "processes.hpp"

namespace {

using namespace noren::bench;
using nlohmann::json;
using Steady = std::chrono::steady_clock;

struct Wanted {
    std::string flow;
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    int shoppers = 8;
    double warm_s = 2;
    double run_s = 10;
    std::int64_t at_most = 0;
    std::string label = "run";
    std::vector<std::string> processes;
};

double ms_between(Steady::time_point from, Steady::time_point to) {
    return std::chrono::duration<double, std::milli>(to - from).count();
}

double percentile(std::vector<double>& values, double share) {
    if (values.empty()) return 0;
    const auto at = std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
    return values[at];
}

json percentiles(std::vector<double>& values) {
    return {{"p50_ms", percentile(values, 0.50)},
            {"p95_ms", percentile(values, 0.95)},
            {"p99_ms", percentile(values, 0.99)}};
}

/// One line for the first few failures of a run; all are counted.
void complain(const Step& step, const Answer& answer, const std::string& why) {
    static std::mutex mutex;
    static int said = 0;
    const std::lock_guard lock(mutex);
    if (++said > 5) return;
    std::cerr << "step " << step.name << ": " << why << " (status " << answer.status
              << "): " << answer.body.substr(0, 400) << '\n';
}

class Shopper {
public:
    Shopper(const Flow& flow, const Wanted& wanted, unsigned number)
        : flow_(flow),
          words_(flow, number),
          connection_(wanted.address, wanted.port),
          host_(flow.host.empty() ? wanted.address : flow.host),
          step_ms(flow.steps.size()) {}

    /// Walks the flow once. Counts only when every reply was right and it began and ended within the measured time.
    void walk(Steady::time_point from, Steady::time_point until) {
        words_.forget();
        const auto began = Steady::now();
        std::vector<double> took;
        for (const auto& step : flow_.steps) {
            const auto step_began = Steady::now();
            const bool right = take_step(step);
            took.push_back(ms_between(step_began, Steady::now()));
            if (right) continue;
            failed += began >= from ? 1 : 0;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            return;
        }
        if (began < from || Steady::now() > until) return;
        whole_ms.push_back(ms_between(began, Steady::now()));
        for (std::size_t i = 0; i < took.size(); ++i) step_ms[i].push_back(took[i]);
    }

    int reconnects() const { return connection_.reconnects(); }

private:
    const Flow& flow_;
    Words words_;
    Connection connection_;
    std::string host_;

    bool take_step(const Step& step) {
        const auto answer = connection_.exchange(request_of(step));
        const bool status_right = step.status ? answer.status == *step.status : answer.status / 100 == 2;
        if (!status_right) return complain(step, answer, "wrong status"), false;
        if (step.expect.empty() && step.take.empty()) return true;
        const auto reply = json::parse(answer.body, nullptr, false);
        const auto at = [&reply](const std::string& pointer) -> std::string {
            const json::json_pointer place(pointer);
            if (!reply.contains(place)) return {};
            return reply[place].is_string() ? reply[place].get<std::string>() : reply[place].dump();
        };
        for (const auto& [pointer, text] : step.expect) {
            if (at(pointer) != words_.fill(text)) return complain(step, answer, pointer + " is not " + text), false;
        }
        for (const auto& [name, pointer] : step.take) {
            auto value = at(pointer);
            if (value.empty()) return complain(step, answer, "there is no " + pointer), false;
            words_.set(name, std::move(value));
        }
        return true;
    }

    std::string request_of(const Step& step) {
        const auto body = words_.fill(step.body);
        auto text = step.method + " " + words_.fill(step.path) + " HTTP/1.1\r\nHost: " + host_ +
                    "\r\nAccept: application/json\r\n";
        for (const auto& [name, value] : step.headers) text += name + ": " + words_.fill(value) + "\r\n";
        if (!body.empty()) text += "Content-Type: application/json\r\n";
        if (step.method != "GET") text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return text + "\r\n" + body;
    }

public:
    std::vector<double> whole_ms;
    std::vector<std::vector<double>> step_ms;
    std::int64_t failed = 0;
};

/// The CPU time and memory of the processes that are looked at, by name.
class Watch {
public:
    explicit Watch(const std::vector<std::string>& named) {
        for (const auto& name_and_pid : named) {
            const auto equals = name_and_pid.find('=');
            processes_.emplace_back(name_and_pid.substr(0, equals), std::stoi(name_and_pid.substr(equals + 1)));
        }
    }
    void start() {
        own_ = own_cpu_seconds();
        for (const auto& [name, pid] : processes_) cpu_[name] = cpu_seconds(pid);
    }
    void look() {
        for (const auto& [name, pid] : processes_) memory_[name] = std::max(memory_[name], resident_mb(pid));
    }
    /// Seconds of CPU since start(), by name.
    std::map<std::string, double> cpu() const {
        std::map<std::string, double> used{{"loadgen", own_cpu_seconds() - own_}};
        for (const auto& [name, pid] : processes_) used[name] = cpu_seconds(pid) - cpu_.at(name);
        return used;
    }
    /// The most seen at once, MiB.
    const std::map<std::string, double>& memory() const { return memory_; }

private:
    std::vector<std::pair<std::string, pid_t>> processes_;
    std::map<std::string, double> cpu_;
    std::map<std::string, double> memory_;
    double own_ = 0;
};

json run(const Wanted& wanted) {
    const auto flow = read_flow(wanted.flow);
    std::vector<std::unique_ptr<Shopper>> shoppers;
    for (int i = 0; i < wanted.shoppers; ++i) shoppers.push_back(std::make_unique<Shopper>(flow, wanted, 1000 + i));

    const auto seconds = [](double s) {
        return std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(s));
    };
    const auto from = Steady::now() + seconds(wanted.warm_s);
    const auto until = from + seconds(wanted.run_s);
    std::atomic<std::int64_t> begun{0};
    std::atomic<int> shopping{wanted.shoppers};
    std::vector<std::thread> threads;
    for (auto& shopper : shoppers) {
        threads.emplace_back([&, one = shopper.get()] {
            try {
                while (Steady::now() < until && (wanted.at_most == 0 || begun++ < wanted.at_most))
                    one->walk(from, until);
            } catch (const std::exception& wrong) {
                std::cerr << "loadgen: " << wrong.what() << '\n';
            }
            --shopping;
        });
    }
    Watch watch(wanted.processes);
    std::this_thread::sleep_until(from);
    watch.start();
    while (Steady::now() < until && shopping > 0) {
        watch.look();
        std::this_thread::sleep_until(std::min(until, Steady::now() + std::chrono::milliseconds(250)));
    }
    const auto took_s = ms_between(from, std::min(until, Steady::now())) / 1000;

    const auto cpu_s = watch.cpu();  // now: what the last walks cost past the end does not count, as they do not
    for (auto& thread : threads) thread.join();

    std::vector<double> whole;
    std::int64_t failed = 0;
    int reconnects = 0;
    for (const auto& shopper : shoppers) {
        whole.insert(whole.end(), shopper->whole_ms.begin(), shopper->whole_ms.end());
        failed += shopper->failed;
        reconnects += shopper->reconnects();
    }
    const auto done = static_cast<double>(whole.size());
    json cpu = json::object();
    for (const auto& [name, spent] : cpu_s) cpu[name] = done > 0 ? spent * 1000 / done : 0;
    json steps = json::array();
    for (std::size_t i = 0; i < flow.steps.size(); ++i) {
        std::vector<double> all;
        for (const auto& shopper : shoppers) {
            all.insert(all.end(), shopper->step_ms[i].begin(), shopper->step_ms[i].end());
        }
        auto line = percentiles(all);
        line["name"] = flow.steps[i].name;
        steps.push_back(std::move(line));
    }
    json result{{"label", wanted.label},
                {"shoppers", wanted.shoppers},
                {"seconds", took_s},
                {"done", whole.size()},
                {"failed", failed},
                {"reconnects", reconnects},
                {"per_second", took_s > 0 ? done / took_s : 0},
                {"cpu_ms_each", cpu},
                {"memory_mb", watch.memory()},
                {"steps", steps}};
    result.update(percentiles(whole));
    return result;
}

}  // namespace

int main(int count, char** arguments) {
    CLI::App program("Closed-loop load: shoppers who repeat a flow. Prints one line of JSON.");
    Wanted wanted;
    program.add_option("flow", wanted.flow, "The flow's YAML file")->required();
    program.add_option("port", wanted.port, "Port of the server")->required();
    program.add_option("--address", wanted.address, "IPv4 address of the server");
    program.add_option("--shoppers", wanted.shoppers, "How many shop at once");
    program.add_option("--warm", wanted.warm_s, "Seconds before what counts");
    program.add_option("--run", wanted.run_s, "Seconds that count");
    program.add_option("--max", wanted.at_most, "End after so many walks; 0: only time ends it");
    program.add_option("--label", wanted.label, "Repeated in the result");
    program.add_option("--process", wanted.processes,
                       "NAME=PID whose CPU time and memory are told, with its descendants");
    CLI11_PARSE(program, count, arguments);
    try {
        const auto result = run(wanted);
        std::cout << result << std::endl;
        return result["done"] > 0 ? 0 : 1;
    } catch (const std::exception& wrong) {
        std::cerr << "loadgen: " << wrong.what() << '\n';
        return 2;
    }
}
