#include <Poco/Net/HTTPResponse.h>

#include "http/message.hpp"

namespace noren::http {

std::string_view reason_phrase(int status) {
    return Poco::Net::HTTPResponse::getReasonForStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status));
}

}  // namespace noren::http
