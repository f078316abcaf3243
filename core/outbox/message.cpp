#include <Poco/Base64Encoder.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <sstream>

#include "outbox/outbox.hpp"

namespace noren::outbox {
namespace {

constexpr std::size_t longest_plain_header = 60;

bool is_plain(std::string_view text) {
    return text.size() <= longest_plain_header && text.find("=?") == std::string_view::npos &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string base64(std::string_view bytes) {
    std::ostringstream out;
    Poco::Base64Encoder encoder(out);
    encoder.rdbuf()->setLineLength(0);
    encoder << bytes;
    encoder.close();
    return out.str();
}

/// RFC 2047: words of at most 75 characters, none ending within a character.
std::string encoded_words(std::string_view text) {
    constexpr std::size_t most_bytes = 42;  // the header's name stands before the first
    std::string words;
    while (!text.empty()) {
        auto length = std::min(most_bytes, text.size());
        while (length < text.size() && length > 1 && (static_cast<unsigned char>(text[length]) & 0xc0u) == 0x80u)
            --length;
        if (!words.empty()) words += "\r\n ";
        words += "=?UTF-8?B?" + base64(text.substr(0, length)) + "?=";
        text.remove_prefix(length);
    }
    return words;
}

std::string header_text(std::string_view text) {
    return is_plain(text) ? std::string(text) : encoded_words(text);
}

std::string from_header(const Sender& sender) {
    if (sender.name.empty()) return sender.address;
    if (!is_plain(sender.name)) return encoded_words(sender.name) + "\r\n <" + sender.address + ">";
    std::string quoted = "\"";
    for (const char c : sender.name) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "\" <" + sender.address + ">";
}

std::string date_header(Instant instant) {
    return Poco::DateTimeFormatter::format(Poco::Timestamp(us_of(instant)), "%w, %d %b %Y %H:%M:%S +0000");
}

/// RFC 2045, 6.7: lines of at most 76 characters that end in CRLF where the text has any line end. Poco's own encoder
/// writes longer lines and loses blanks at their ends.
std::string quoted_printable(std::string_view text) {
    static constexpr char hex[] = "0123456789ABCDEF";
    std::string out;
    std::size_t column = 0;
    const auto ends_line = [&](std::size_t at) {
        return at == text.size() || text[at] == '\n' ||
               (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n');
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (ends_line(at)) {
            if (text[at] == '\r') ++at;
            out += "\r\n";
            column = 0;
            continue;
        }
        const char c = text[at];
        const bool blank = c == ' ' || c == '\t';
        const bool literal = (c > ' ' && c <= '~' && c != '=') || (blank && !ends_line(at + 1));
        const std::size_t width = literal ? 1 : 3;
        if (column + width > 75) {
            out += "=\r\n";
            column = 0;
        }
        if (literal) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'=', hex[byte >> 4], hex[byte & 15]};
        }
        column += width;
    }
    return out + "\r\n";
}

std::string_view without_last_line_end(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
    return text;
}

/// A body part; its last CRLF belongs to what follows.
std::string part(std::string_view type, std::string_view body) {
    return "Content-Type: " + std::string(type) +
           "; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted_printable(body);
}

}  // namespace

std::string message_id(const Mail& mail, const Sender& sender) {
    return "<" + id_text(mail.id.value) + "@" + sender.host + ">";
}

std::string message_of(const Mail& mail, const Sender& sender) {
    std::string message = "Date: " + date_header(mail.told) + "\r\nFrom: " + from_header(sender) +
                          "\r\nTo: " + mail.to + "\r\nSubject: " + header_text(mail.subject) +
                          "\r\nMessage-ID: " + message_id(mail, sender) +
                          "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    if (!mail.html) return message + part("text/plain", without_last_line_end(mail.text));
    const auto boundary = "=_" + id_text(mail.id.value);  // "=_" cannot occur in quoted-printable text
    return message + "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n--" + boundary +
           "\r\n" + part("text/plain", mail.text) + "--" + boundary + "\r\n" + part("text/html", *mail.html) + "--" +
           boundary + "--\r\n";
}

}  // namespace noren::outbox
