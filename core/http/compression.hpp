// Compression: text travels small to whoever says that they can read it (RFC 9110 section 12.5.3).
//
// A page that holds a secret (a form's CSRF token) beside text that somebody else may choose (a search) betrays it by
// its compressed size, one guess at a time, if the secret looks the same in every answer. So pages mask theirs anew
// each time (pages/visit.hpp).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace noren::http {

/// Whether an Accept-Encoding list takes `coding` ("gzip", "br"); what is absent from it, or has q=0, it does not.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

std::string gzipped(std::string_view bytes, int level);  // level 1 (quick) to 9 (small)
std::string brotlied(std::string_view bytes);            // as small as it gets; takes its time

/// Compresses the answer with gzip, quickly, when it is text of 1 KiB and more without a coding yet and the request
/// takes it. Its ETag becomes a weak one. The server does this to every answer.
void compress(const Request& request, Response& response);

/// Bytes that are sent again and again, such as a theme's files: compressed once.
class PackedBody {
public:
    PackedBody(std::string bytes, std::string media_type);
    /// 200 with the smallest form that the request takes.
    Response serve(const Request& request) const;

private:
    struct Form {
        std::string coding;  // empty: as they are
        std::shared_ptr<const std::string> bytes;
    };
    std::string media_type_;
    std::vector<Form> forms_;  // the smallest first, the plain one last
};

}  // namespace noren::http
