#include "flow.hpp"

#include <yaml-cpp/yaml.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace noren::bench {

namespace {

std::vector<std::pair<std::string, std::string>> pairs_of(const YAML::Node& map) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& entry : map) pairs.emplace_back(entry.first.as<std::string>(), entry.second.as<std::string>());
    return pairs;
}

Step read_step(const YAML::Node& node) {
    Step step;
    step.name = node["name"].as<std::string>();
    for (const char* method : {"get", "post", "put", "patch", "delete"}) {
        if (!node[method]) continue;
        for (const char* c = method; *c != 0; ++c) step.method += static_cast<char>(*c - 'a' + 'A');
        step.path = node[method].as<std::string>();
    }
    if (step.method.empty()) throw std::runtime_error("step " + step.name + " has no request");
    step.headers = pairs_of(node["headers"]);
    step.body = node["body"].as<std::string>("");
    if (node["status"]) step.status = node["status"].as<int>();
    step.expect = pairs_of(node["expect"]);
    step.take = pairs_of(node["take"]);
    return step;
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

/// Twelve digits at most: longer runs of digits look like card numbers, which shops refuse.
std::string next_unique() {
    static std::atomic<std::int64_t> count{
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count() %
        900'000'000'000};
    return std::to_string(count++);
}

}  // namespace

Flow read_flow(const std::filesystem::path& file) {
    try {
        const auto root = YAML::LoadFile(file.string());
        Flow flow;
        flow.host = root["host"].as<std::string>("");
        for (const auto& entry : root["choices"]) {
            const auto name = entry.first.as<std::string>();
            flow.choices[name] = entry.second.IsSequence()
                                     ? entry.second.as<std::vector<std::string>>()
                                     : lines_of(file.parent_path() / entry.second.as<std::string>());
            if (flow.choices[name].empty()) throw std::runtime_error("no choices for " + name);
        }
        for (const auto& step : root["steps"]) flow.steps.push_back(read_step(step));
        if (flow.steps.empty()) throw std::runtime_error("no steps");
        return flow;
    } catch (const std::exception& wrong) {
        throw std::runtime_error(file.string() + ": " + wrong.what());
    }
}

std::string Words::fill(const std::string& text) {
    std::string filled;
    std::size_t at = 0;
    for (;;) {
        const auto open = text.find("{{", at);
        const auto close = open == std::string::npos ? open : text.find("}}", open);
        if (close == std::string::npos) return filled.append(text, at, std::string::npos);
        filled.append(text, at, open - at);
        filled += value_of(text.substr(open + 2, close - open - 2));
        at = close + 2;
    }
}

std::string Words::value_of(const std::string& name) {
    if (const auto found = taken_.find(name); found != taken_.end()) return found->second;
    if (const auto found = flow_.choices.find(name); found != flow_.choices.end()) {
        return found->second[random_() % found->second.size()];
    }
    if (name == "unique") return next_unique();
    if (name.compare(0, 5, "json ") == 0) return nlohmann::json(value_of(name.substr(5))).dump();
    std::istringstream words(name);
    std::string word;
    long least = 0;
    long most = 0;
    if (words >> word >> least >> most && word == "random") {
        return std::to_string(std::uniform_int_distribution<long>(least, most)(random_));
    }
    throw std::runtime_error("nothing sets {{" + name + "}}");
}

}  // namespace noren::bench
