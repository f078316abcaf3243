// A flow: the requests that one shopper makes, in YAML.
//
//     host: amiami.localhost                       # sent as Host; the default is the address connected to
//     choices: {sku: [FIG-1, FIG-2]}               # {{sku}} is one of them at random, anew at each use
//     steps:
//       - {name: session, post: /api/v1/sessions, take: {token: /token}}
//       - name: cart
//         put: /api/v1/cart/lines/{{sku}}
//         headers: {Authorization: "Bearer {{token}}"}
//         body: '{"quantity": {{random 1 3}}}'
//         expect: {/lines/0/sku: FIG-1}            # of the reply's JSON; status is 200 to 299 unless `status` says
//
// `take` keeps a value of the reply's JSON (by pointer) for later steps. {{unique}} never comes twice in a run, and
// {{random A B}} is a number between both; {{json NAME}} is a value as a JSON string. `choices` of a name may also be
// the path of a file with one choice a line.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace noren::bench {

struct Step {
    std::string name;
    std::string method;
    std::string path;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::optional<int> status;
    std::vector<std::pair<std::string, std::string>> expect;  // JSON pointer, text
    std::vector<std::pair<std::string, std::string>> take;    // variable, JSON pointer
};

struct Flow {
    std::string host;
    std::map<std::string, std::vector<std::string>> choices;
    std::vector<Step> steps;
};

/// Throws std::runtime_error that names the file and what is wrong with it.
Flow read_flow(const std::filesystem::path& file);

/// Fills `{{...}}` in. Throws std::runtime_error for a name that nobody set.
class Words {
public:
    Words(const Flow& flow, unsigned seed) : flow_(flow), random_(seed) {}

    std::string fill(const std::string& text);
    void set(const std::string& name, std::string value) { taken_[name] = std::move(value); }
    void forget() { taken_.clear(); }

private:
    std::string value_of(const std::string& name);

    const Flow& flow_;
    std::mt19937 random_;
    std::map<std::string, std::string> taken_;
};

}  // namespace noren::bench
