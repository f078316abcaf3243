// Letters: a storefront's mails, worded by its theme.
#pragma once

#include <memory>

#include "pages/letters.hpp"
#include "storefront/storefront.hpp"

namespace noren::app {

class Letters {
public:
    explicit Letters(std::shared_ptr<const pages::Theme> theme) : theme_(std::move(theme)) {}

    /// From now on links to orders are signed, so that a guest may open them on any device. Before the first letter
    /// only.
    void sign_links_with(const customers::Key& key) { key_ = key; }

    storefront::Letter about_order(const storefront::Identity& shop, const std::string& name,
                                   const orders::Order& order, const orders::Particulars& about) const;
    storefront::Letter about_account(const storefront::Identity& shop, const customers::MailWish& wish) const;

private:
    std::shared_ptr<const pages::Theme> theme_;
    std::optional<customers::Key> key_;
};

}  // namespace noren::app
