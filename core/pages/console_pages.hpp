// What staff see: the models of the console's pages.
#pragma once

#include "pages/model.hpp"
#include "pages/shop_pages.hpp"
#include "pages/theme.hpp"

namespace noren::pages::console {

using shop::Attribute;
using shop::Charge;
using shop::Input;
using shop::Line;
using shop::OrderLine;

/// A storefront that the member of staff may turn to.
struct StorefrontLink {
    std::string name;
    Url link;
    bool is_current = false;
    static const Shape& shape() {
        static const Shape shape{"storefront_link",
                                 {must<&StorefrontLink::name>("name"), must<&StorefrontLink::link>("link"),
                                  must<&StorefrontLink::is_current>("is_current")}};
        return shape;
    }
};

/// A part of the console (console.orders, console.jobs, ...).
struct Section {
    Message label;
    Url link;
    bool is_current = false;
    static const Shape& shape() {
        static const Shape shape{
            "section",
            {must<&Section::label>("label"), must<&Section::link>("link"), must<&Section::is_current>("is_current")}};
        return shape;
    }
};

/// Around every page.
struct Frame {
    std::string language;
    std::string title;
    std::string csrf;
    std::optional<std::string> member;  // the name of who is logged in
    std::string role;
    std::vector<StorefrontLink> storefronts;
    std::vector<Section> sections;
    std::optional<Message> notice;
    static const Shape& shape() {
        static const Shape shape{
            "console_frame",
            {may<&Frame::language>("language"), may<&Frame::title>("title"), may<&Frame::csrf>("csrf"),
             may<&Frame::member>("member"), may<&Frame::role>("role"), may<&Frame::storefronts>("storefronts"),
             may<&Frame::sections>("sections"), may<&Frame::notice>("notice")}};
        return shape;
    }
};

struct LogIn {
    Input email;
    std::optional<Message> error;
    static const Shape& shape() {
        static const Shape shape{"log_in", {must<&LogIn::email>("email"), must<&LogIn::error>("error")}};
        return shape;
    }
};

struct OrderRow {
    std::string number;
    Url link;
    Instant placed_at{};
    std::string customer;
    std::string country;
    std::string fulfilment, payment, hold;  // the state tables' words
    std::optional<Instant> due_at;
    bool is_overdue = false;
    Money total;
    static const Shape& shape() {
        static const Shape shape{
            "order_row",
            {must<&OrderRow::number>("number"), must<&OrderRow::link>("link"), must<&OrderRow::placed_at>("placed_at"),
             may<&OrderRow::customer>("customer"), may<&OrderRow::country>("country"),
             must<&OrderRow::fulfilment>("fulfilment"), must<&OrderRow::payment>("payment"),
             must<&OrderRow::hold>("hold"), may<&OrderRow::due_at>("due_at"), may<&OrderRow::is_overdue>("is_overdue"),
             must<&OrderRow::total>("total")}};
        return shape;
    }
};

struct Orders {
    std::vector<OrderRow> orders;
    std::optional<Url> next;
    static const Shape& shape() {
        static const Shape shape{"orders", {must<&Orders::orders>("orders"), must<&Orders::next>("next")}};
        return shape;
    }
};

/// Why a policy said what it said, and which line of configuration made it.
struct TraceReason {
    std::string code;
    Message words;
    std::string severity;
    std::string path;    // payment.methods.card.except_countries[1]
    std::string origin;  // file:line:column
    std::vector<Attribute> parameters;
    static const Shape& shape() {
        static const Shape shape{"trace_reason",
                                 {must<&TraceReason::code>("code"), may<&TraceReason::words>("words"),
                                  may<&TraceReason::severity>("severity"), must<&TraceReason::path>("path"),
                                  must<&TraceReason::origin>("origin"), may<&TraceReason::parameters>("parameters")}};
        return shape;
    }
};

/// One policy's answer within a decision.
struct TraceAnswer {
    std::string policy;
    std::string version;
    std::string effect;
    std::vector<TraceReason> reasons;
    static const Shape& shape() {
        static const Shape shape{"trace_answer",
                                 {must<&TraceAnswer::policy>("policy"), may<&TraceAnswer::version>("version"),
                                  must<&TraceAnswer::effect>("effect"), must<&TraceAnswer::reasons>("reasons")}};
        return shape;
    }
};

/// One decision: what was asked, what came out, and what each policy said.
struct Decision {
    std::string id;
    Instant at{};
    std::string point;
    std::string effect;
    std::string revision;  // of the configuration
    std::vector<TraceAnswer> answers;
    static const Shape& shape() {
        static const Shape shape{"decision",
                                 {may<&Decision::id>("id"), must<&Decision::at>("at"), must<&Decision::point>("point"),
                                  must<&Decision::effect>("effect"), may<&Decision::revision>("revision"),
                                  must<&Decision::answers>("answers")}};
        return shape;
    }
};

struct OrderEvent {
    Instant at{};
    std::string who;
    Message what;
    std::string details;
    static const Shape& shape() {
        static const Shape shape{"order_event",
                                 {must<&OrderEvent::at>("at"), must<&OrderEvent::who>("who"),
                                  must<&OrderEvent::what>("what"), may<&OrderEvent::details>("details")}};
        return shape;
    }
};

struct Attempt {
    std::string id;
    std::string gateway;
    std::string state;
    std::string reference;
    Money amount;
    Instant begun_at{};
    static const Shape& shape() {
        static const Shape shape{"attempt",
                                 {may<&Attempt::id>("id"), must<&Attempt::gateway>("gateway"),
                                  must<&Attempt::state>("state"), may<&Attempt::reference>("reference"),
                                  must<&Attempt::amount>("amount"), may<&Attempt::begun_at>("begun_at")}};
        return shape;
    }
};

/// Something staff may do to the order (action.<name>).
struct Action {
    Message label;
    Url link;
    bool takes_reason = false;  // the form asks why: field `reason`
    static const Shape& shape() {
        static const Shape shape{
            "action",
            {must<&Action::label>("label"), must<&Action::link>("link"), must<&Action::takes_reason>("takes_reason")}};
        return shape;
    }
};

struct Order {
    OrderRow summary;
    std::string email;
    std::string household;
    std::string revision;
    std::string payment_method;
    std::string shipping_method;
    std::vector<Line> address;
    std::vector<OrderLine> lines;
    Money goods;
    std::vector<Charge> charges;
    Money total;
    std::vector<Attempt> attempts;
    std::vector<Action> actions;
    std::vector<OrderEvent> timeline;
    std::vector<Decision> decisions;
    static const Shape& shape() {
        static const Shape shape{
            "order",
            {must<&Order::summary>("summary"), may<&Order::email>("email"), may<&Order::household>("household"),
             may<&Order::revision>("revision"), must<&Order::payment_method>("payment_method"),
             must<&Order::shipping_method>("shipping_method"), must<&Order::address>("address"),
             must<&Order::lines>("lines"), must<&Order::goods>("goods"), must<&Order::charges>("charges"),
             must<&Order::total>("total"), must<&Order::attempts>("attempts"), must<&Order::actions>("actions"),
             must<&Order::timeline>("timeline"), must<&Order::decisions>("decisions")}};
        return shape;
    }
};

struct Job {
    std::string id;
    std::string kind;
    std::string about;
    Instant due_at{};
    std::string state;
    std::int64_t attempts = 0;
    std::string error;
    std::optional<Url> retry;  // for who may have it tried again
    static const Shape& shape() {
        static const Shape shape{
            "job",
            {may<&Job::id>("id"), must<&Job::kind>("kind"), may<&Job::about>("about"), must<&Job::due_at>("due_at"),
             must<&Job::state>("state"), must<&Job::attempts>("attempts"), must<&Job::error>("error"),
             must<&Job::retry>("retry")}};
        return shape;
    }
};

struct Jobs {
    std::vector<Job> jobs;
    static const Shape& shape() {
        static const Shape shape{"jobs", {must<&Jobs::jobs>("jobs")}};
        return shape;
    }
};

struct Plugin {
    std::string id;
    std::string version;
    std::string kind;
    std::string isolation;
    std::string health;  // ready, quarantined, ...
    bool is_healthy = true;
    std::int64_t calls = 0;
    std::int64_t faults = 0;
    std::string last_fault;
    static const Shape& shape() {
        static const Shape shape{
            "plugin",
            {must<&Plugin::id>("id"), must<&Plugin::version>("version"), must<&Plugin::kind>("kind"),
             must<&Plugin::isolation>("isolation"), must<&Plugin::health>("health"),
             may<&Plugin::is_healthy>("is_healthy"), must<&Plugin::calls>("calls"), must<&Plugin::faults>("faults"),
             may<&Plugin::last_fault>("last_fault")}};
        return shape;
    }
};

struct Plugins {
    std::vector<Plugin> plugins;
    static const Shape& shape() {
        static const Shape shape{"plugins", {must<&Plugins::plugins>("plugins")}};
        return shape;
    }
};

struct Mail {
    std::string id;
    std::string to;
    std::string letter;
    std::string about;
    std::string state;
    Instant due_at{};
    std::int64_t attempts = 0;
    static const Shape& shape() {
        static const Shape shape{
            "mail",
            {may<&Mail::id>("id"), must<&Mail::to>("to"), must<&Mail::letter>("letter"), may<&Mail::about>("about"),
             must<&Mail::state>("state"), must<&Mail::due_at>("due_at"), may<&Mail::attempts>("attempts")}};
        return shape;
    }
};

struct Mails {
    std::vector<Mail> mails;
    std::optional<Url> next;
    static const Shape& shape() {
        static const Shape shape{"mails", {must<&Mails::mails>("mails"), must<&Mails::next>("next")}};
        return shape;
    }
};

using Statement = shop::Statement;

/// Every page of the console.
const Face& face();

}  // namespace noren::pages::console
