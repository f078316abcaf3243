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
using shop::Statement;

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
    bool shows_money = false;  // the role sees what orders cost, and more of the customer than an address
    std::vector<StorefrontLink> storefronts;
    std::vector<Section> sections;
    std::optional<Message> notice;
    bool is_refusal = false;  // the notice says why something was not done
    static const Shape& shape() {
        static const Shape shape{
            "console_frame",
            {may<&Frame::language>("language"), may<&Frame::title>("title"), may<&Frame::csrf>("csrf"),
             may<&Frame::member>("member"), may<&Frame::role>("role"), may<&Frame::shows_money>("shows_money"),
             may<&Frame::storefronts>("storefronts"), may<&Frame::sections>("sections"), may<&Frame::notice>("notice"),
             may<&Frame::is_refusal>("is_refusal")}};
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

/// One of several to choose from.
struct Option {
    std::string value;
    Message label;
    bool is_chosen = false;
    static const Shape& shape() {
        static const Shape shape{
            "option",
            {must<&Option::value>("value"), must<&Option::label>("label"), must<&Option::is_chosen>("is_chosen")}};
        return shape;
    }
};

struct OrderRow {
    std::string number;
    Url link;
    Instant placed_at{};
    std::string customer;
    std::string country;
    std::string fulfilment;  // the state tables' words
    std::string payment;
    std::string hold;
    std::optional<Instant> due_at;
    bool is_overdue = false;
    std::optional<Money> total;  // absent for who sees no money
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

/// What the orders are chosen by.
struct OrderFilter {
    Url link;
    std::string number;
    std::string email;
    std::vector<Option> fulfilment;
    std::vector<Option> payment;
    std::vector<Option> hold;
    static const Shape& shape() {
        static const Shape shape{"order_filter",
                                 {must<&OrderFilter::link>("link"), must<&OrderFilter::number>("number"),
                                  must<&OrderFilter::email>("email"), must<&OrderFilter::fulfilment>("fulfilment"),
                                  must<&OrderFilter::payment>("payment"), must<&OrderFilter::hold>("hold")}};
        return shape;
    }
};

struct Orders {
    OrderFilter filter;
    std::vector<OrderRow> orders;
    std::optional<Url> next;
    static const Shape& shape() {
        static const Shape shape{
            "orders", {must<&Orders::filter>("filter"), must<&Orders::orders>("orders"), must<&Orders::next>("next")}};
        return shape;
    }
};

/// Where a value of the configuration is written, or what it overrides there.
struct TracePlace {
    std::string text;
    std::string origin;  // file:line:column
    static const Shape& shape() {
        static const Shape shape{"trace_place", {must<&TracePlace::text>("text"), must<&TracePlace::origin>("origin")}};
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
    std::vector<TracePlace> places;  // what is written there today, the one that holds first
    static const Shape& shape() {
        static const Shape shape{"trace_reason",
                                 {must<&TraceReason::code>("code"), may<&TraceReason::words>("words"),
                                  may<&TraceReason::severity>("severity"), must<&TraceReason::path>("path"),
                                  must<&TraceReason::origin>("origin"), may<&TraceReason::parameters>("parameters"),
                                  may<&TraceReason::places>("places")}};
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
    std::string occasion;
    std::string point;
    std::string effect;
    std::string revision;  // of the configuration
    std::vector<TraceAnswer> answers;
    static const Shape& shape() {
        static const Shape shape{
            "decision",
            {may<&Decision::id>("id"), must<&Decision::at>("at"), may<&Decision::occasion>("occasion"),
             must<&Decision::point>("point"), must<&Decision::effect>("effect"), may<&Decision::revision>("revision"),
             must<&Decision::answers>("answers")}};
        return shape;
    }
};

struct OrderEvent {
    Instant at{};
    std::string who;
    Message what;
    std::vector<Attribute> details;
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

struct Refund {
    Money amount;
    std::string state;
    std::string reason;
    std::string who;
    Instant begun_at{};
    std::string failure;
    static const Shape& shape() {
        static const Shape shape{
            "refund",
            {must<&Refund::amount>("amount"), must<&Refund::state>("state"), may<&Refund::reason>("reason"),
             may<&Refund::who>("who"), may<&Refund::begun_at>("begun_at"), may<&Refund::failure>("failure")}};
        return shape;
    }
};

struct Shipment {
    std::string method;
    std::string tracking;
    Instant shipped_at{};
    std::optional<Instant> delivered_at;
    static const Shape& shape() {
        static const Shape shape{
            "shipment",
            {must<&Shipment::method>("method"), must<&Shipment::tracking>("tracking"),
             must<&Shipment::shipped_at>("shipped_at"), may<&Shipment::delivered_at>("delivered_at")}};
        return shape;
    }
};

struct Invoice {
    std::string number;
    Instant issued_at{};
    Instant due_at{};
    Money total;
    std::optional<Instant> credited_at;
    static const Shape& shape() {
        static const Shape shape{
            "invoice",
            {must<&Invoice::number>("number"), must<&Invoice::issued_at>("issued_at"), may<&Invoice::due_at>("due_at"),
             must<&Invoice::total>("total"), may<&Invoice::credited_at>("credited_at")}};
        return shape;
    }
};

struct OrderLine {
    std::string id;
    std::string sku;
    std::string name;
    std::int64_t quantity = 0;
    std::int64_t in_hand = 0;
    std::int64_t cancelled = 0;
    std::optional<Money> unit_price;
    std::optional<Money> total;
    static const Shape& shape() {
        static const Shape shape{"order_line",
                                 {may<&OrderLine::id>("id"), must<&OrderLine::sku>("sku"),
                                  must<&OrderLine::name>("name"), must<&OrderLine::quantity>("quantity"),
                                  may<&OrderLine::in_hand>("in_hand"), may<&OrderLine::cancelled>("cancelled"),
                                  must<&OrderLine::unit_price>("unit_price"), must<&OrderLine::total>("total")}};
        return shape;
    }
};

/// Something staff may do to the order by pressing a button (action.<name>).
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

/// The order leaves: field `tracking`.
struct ShipForm {
    Url link;
    std::string method;
    static const Shape& shape() {
        static const Shape shape{"ship_form", {must<&ShipForm::link>("link"), must<&ShipForm::method>("method")}};
        return shape;
    }
};

struct CancelLine {
    std::string field;  // takes the number of units
    std::string name;
    std::int64_t quantity = 0;
    static const Shape& shape() {
        static const Shape shape{"cancel_line",
                                 {must<&CancelLine::field>("field"), must<&CancelLine::name>("name"),
                                  must<&CancelLine::quantity>("quantity")}};
        return shape;
    }
};

/// Fields: `reason`, the lines' own, and `do`, which is `lines` or `whole`.
struct CancelForm {
    Url link;
    std::vector<CancelLine> lines;
    static const Shape& shape() {
        static const Shape shape{"cancel_form", {must<&CancelForm::link>("link"), must<&CancelForm::lines>("lines")}};
        return shape;
    }
};

struct RefundChoice {
    std::string attempt;
    std::string method;
    Money left;
    bool is_chosen = false;
    static const Shape& shape() {
        static const Shape shape{"refund_choice",
                                 {must<&RefundChoice::attempt>("attempt"), must<&RefundChoice::method>("method"),
                                  must<&RefundChoice::left>("left"), may<&RefundChoice::is_chosen>("is_chosen")}};
        return shape;
    }
};

/// Fields: `key`, `attempt`, `amount`, `reason`.
struct RefundForm {
    Url link;
    std::string key;
    std::string amount;  // all that is left, as it is typed
    std::string currency;
    std::vector<RefundChoice> choices;
    static const Shape& shape() {
        static const Shape shape{
            "refund_form",
            {must<&RefundForm::link>("link"), must<&RefundForm::key>("key"), must<&RefundForm::amount>("amount"),
             must<&RefundForm::currency>("currency"), must<&RefundForm::choices>("choices")}};
        return shape;
    }
};

/// A matter that waits to be settled.
struct Case {
    std::string kind;
    Instant opened_at{};
    std::string opened_by;
    std::optional<Instant> settled_at;
    std::string settled_by;
    std::optional<Url> settle;
    static const Shape& shape() {
        static const Shape shape{"case",
                                 {must<&Case::kind>("kind"), must<&Case::opened_at>("opened_at"),
                                  may<&Case::opened_by>("opened_by"), may<&Case::settled_at>("settled_at"),
                                  may<&Case::settled_by>("settled_by"), must<&Case::settle>("settle")}};
        return shape;
    }
};

/// The amounts, the customer's further data, payments and decisions are absent for who sees no money.
struct Order {
    OrderRow summary;
    std::optional<Url> customer;
    std::string email;
    std::string household;
    std::string revision;
    std::string payment_method;
    std::string shipping_method;
    std::vector<Line> address;
    std::vector<OrderLine> lines;
    std::optional<Money> goods;
    std::vector<Charge> charges;
    std::optional<Money> total;
    std::vector<Attempt> attempts;
    std::vector<Refund> refunds;
    std::vector<Invoice> invoices;
    std::vector<Shipment> shipments;
    std::vector<Case> cases;
    std::vector<Action> actions;
    std::optional<ShipForm> ship;
    std::optional<CancelForm> cancel;
    std::optional<RefundForm> refund;
    std::vector<OrderEvent> timeline;
    std::vector<Decision> decisions;
    static const Shape& shape() {
        static const Shape shape{"order",
                                 {must<&Order::summary>("summary"),
                                  may<&Order::customer>("customer"),
                                  may<&Order::email>("email"),
                                  may<&Order::household>("household"),
                                  may<&Order::revision>("revision"),
                                  must<&Order::payment_method>("payment_method"),
                                  must<&Order::shipping_method>("shipping_method"),
                                  must<&Order::address>("address"),
                                  must<&Order::lines>("lines"),
                                  must<&Order::goods>("goods"),
                                  must<&Order::charges>("charges"),
                                  must<&Order::total>("total"),
                                  must<&Order::attempts>("attempts"),
                                  must<&Order::refunds>("refunds"),
                                  must<&Order::invoices>("invoices"),
                                  must<&Order::shipments>("shipments"),
                                  must<&Order::cases>("cases"),
                                  must<&Order::actions>("actions"),
                                  must<&Order::ship>("ship"),
                                  must<&Order::cancel>("cancel"),
                                  must<&Order::refund>("refund"),
                                  must<&Order::timeline>("timeline"),
                                  must<&Order::decisions>("decisions")}};
        return shape;
    }
};

struct DecisionRow {
    std::string id;
    Url link;
    Instant at{};
    std::string occasion;
    std::string outcome;
    std::optional<std::string> order;  // its number
    static const Shape& shape() {
        static const Shape shape{"decision_row",
                                 {must<&DecisionRow::id>("id"), must<&DecisionRow::link>("link"),
                                  must<&DecisionRow::at>("at"), must<&DecisionRow::occasion>("occasion"),
                                  must<&DecisionRow::outcome>("outcome"), must<&DecisionRow::order>("order")}};
        return shape;
    }
};

struct Decisions {
    bool only_refused = false;
    Url all;
    Url refused;
    std::vector<DecisionRow> rows;
    std::optional<Url> next;
    static const Shape& shape() {
        static const Shape shape{
            "decisions",
            {must<&Decisions::only_refused>("only_refused"), must<&Decisions::all>("all"),
             must<&Decisions::refused>("refused"), must<&Decisions::rows>("rows"), must<&Decisions::next>("next")}};
        return shape;
    }
};

/// All that was decided on one occasion.
struct DecisionPage {
    DecisionRow summary;
    std::optional<Url> order;
    std::vector<Decision> decisions;
    static const Shape& shape() {
        static const Shape shape{"decision_page",
                                 {must<&DecisionPage::summary>("summary"), must<&DecisionPage::order>("order"),
                                  must<&DecisionPage::decisions>("decisions")}};
        return shape;
    }
};

struct Level {
    std::string source;
    std::int64_t free = 0;
    std::int64_t reserved = 0;
    std::int64_t sold = 0;
    static const Shape& shape() {
        static const Shape shape{"level",
                                 {must<&Level::source>("source"), must<&Level::free>("free"),
                                  must<&Level::reserved>("reserved"), must<&Level::sold>("sold")}};
        return shape;
    }
};

struct StockRow {
    std::string sku;
    std::string name;
    Url link;
    std::vector<Level> levels;
    static const Shape& shape() {
        static const Shape shape{"stock_row",
                                 {must<&StockRow::sku>("sku"), must<&StockRow::name>("name"),
                                  must<&StockRow::link>("link"), must<&StockRow::levels>("levels")}};
        return shape;
    }
};

struct Stock {
    Url link;
    std::string wanted;
    std::vector<StockRow> items;
    std::optional<Url> next;
    static const Shape& shape() {
        static const Shape shape{"stock",
                                 {must<&Stock::link>("link"), must<&Stock::wanted>("wanted"),
                                  must<&Stock::items>("items"), must<&Stock::next>("next")}};
        return shape;
    }
};

struct Movement {
    Instant at{};
    std::string kind;
    std::string cause;
    std::string source;
    std::int64_t free = 0;
    std::int64_t reserved = 0;
    std::int64_t sold = 0;
    static const Shape& shape() {
        static const Shape shape{
            "movement",
            {must<&Movement::at>("at"), must<&Movement::kind>("kind"), must<&Movement::cause>("cause"),
             must<&Movement::source>("source"), must<&Movement::free>("free"), must<&Movement::reserved>("reserved"),
             must<&Movement::sold>("sold")}};
        return shape;
    }
};

/// One item's stock. Receiving takes `units`, `cause`; adjusting `source`, `free`, `cause`.
struct StockItem {
    std::string sku;
    std::string name;
    std::vector<Level> levels;
    std::optional<Url> receive;
    std::optional<Url> adjust;
    std::vector<Movement> movements;
    static const Shape& shape() {
        static const Shape shape{"stock_item",
                                 {must<&StockItem::sku>("sku"), must<&StockItem::name>("name"),
                                  must<&StockItem::levels>("levels"), must<&StockItem::receive>("receive"),
                                  must<&StockItem::adjust>("adjust"), must<&StockItem::movements>("movements")}};
        return shape;
    }
};

struct CustomerRow {
    std::string email;
    std::string name;
    Url link;
    std::string country;
    bool is_guest = false;
    std::string standing;
    Instant made_at{};
    static const Shape& shape() {
        static const Shape shape{
            "customer_row",
            {must<&CustomerRow::email>("email"), must<&CustomerRow::name>("name"), must<&CustomerRow::link>("link"),
             must<&CustomerRow::country>("country"), must<&CustomerRow::is_guest>("is_guest"),
             must<&CustomerRow::standing>("standing"), must<&CustomerRow::made_at>("made_at")}};
        return shape;
    }
};

struct Customers {
    Url link;
    std::string email;
    std::vector<CustomerRow> customers;
    std::optional<Url> next;
    static const Shape& shape() {
        static const Shape shape{"customers",
                                 {must<&Customers::link>("link"), must<&Customers::email>("email"),
                                  must<&Customers::customers>("customers"), must<&Customers::next>("next")}};
        return shape;
    }
};

struct Offence {
    Instant at{};
    std::string kind;
    std::int64_t weight = 0;
    std::optional<std::string> order;
    static const Shape& shape() {
        static const Shape shape{"offence",
                                 {must<&Offence::at>("at"), must<&Offence::kind>("kind"),
                                  may<&Offence::weight>("weight"), must<&Offence::order>("order")}};
        return shape;
    }
};

struct Bar {
    std::string sku;
    std::string reason;
    Instant since{};
    std::optional<Instant> lifted_at;
    std::optional<Url> lift;
    static const Shape& shape() {
        static const Shape shape{"bar",
                                 {must<&Bar::sku>("sku"), must<&Bar::reason>("reason"), must<&Bar::since>("since"),
                                  must<&Bar::lifted_at>("lifted_at"), must<&Bar::lift>("lift")}};
        return shape;
    }
};

struct Household {
    std::string id;
    std::string standing;
    std::string reason;
    std::vector<Bar> bars;
    static const Shape& shape() {
        static const Shape shape{"household",
                                 {must<&Household::id>("id"), must<&Household::standing>("standing"),
                                  may<&Household::reason>("reason"), must<&Household::bars>("bars")}};
        return shape;
    }
};

struct Customer {
    CustomerRow summary;
    std::vector<OrderRow> orders;
    std::vector<Household> households;
    std::vector<Offence> offences;
    static const Shape& shape() {
        static const Shape shape{"customer",
                                 {must<&Customer::summary>("summary"), must<&Customer::orders>("orders"),
                                  must<&Customer::households>("households"), must<&Customer::offences>("offences")}};
        return shape;
    }
};

struct JobState {
    Message label;
    Url link;
    std::int64_t count = 0;
    bool is_current = false;
    static const Shape& shape() {
        static const Shape shape{"job_state",
                                 {must<&JobState::label>("label"), must<&JobState::link>("link"),
                                  must<&JobState::count>("count"), must<&JobState::is_current>("is_current")}};
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
    std::optional<Instant> leased_until;
    std::optional<Url> retry;  // for who may have it tried again
    static const Shape& shape() {
        static const Shape shape{
            "job",
            {may<&Job::id>("id"), must<&Job::kind>("kind"), may<&Job::about>("about"), must<&Job::due_at>("due_at"),
             must<&Job::state>("state"), must<&Job::attempts>("attempts"), must<&Job::error>("error"),
             may<&Job::leased_until>("leased_until"), must<&Job::retry>("retry")}};
        return shape;
    }
};

struct Jobs {
    std::vector<JobState> states;
    std::vector<Job> jobs;
    static const Shape& shape() {
        static const Shape shape{"jobs", {must<&Jobs::states>("states"), must<&Jobs::jobs>("jobs")}};
        return shape;
    }
};

struct Plugin {
    std::string id;
    std::string version;
    std::string kind;
    std::string isolation;
    std::string health;  // ready, quarantined
    bool is_healthy = true;
    std::int64_t calls = 0;
    std::string median;  // 1.2 ms; empty before the first call
    std::string longest;
    std::int64_t faults = 0;
    std::string last_fault;
    std::optional<Url> lift;  // ends a quarantine, for who may
    static const Shape& shape() {
        static const Shape shape{
            "plugin",
            {must<&Plugin::id>("id"), must<&Plugin::version>("version"), must<&Plugin::kind>("kind"),
             must<&Plugin::isolation>("isolation"), must<&Plugin::health>("health"),
             may<&Plugin::is_healthy>("is_healthy"), must<&Plugin::calls>("calls"), must<&Plugin::median>("median"),
             must<&Plugin::longest>("longest"), must<&Plugin::faults>("faults"), may<&Plugin::last_fault>("last_fault"),
             must<&Plugin::lift>("lift")}};
        return shape;
    }
};

struct Fault {
    Instant at{};
    std::string plugin;
    std::string version;
    std::string kind;
    std::string message;
    bool quarantined = false;
    static const Shape& shape() {
        static const Shape shape{
            "fault",
            {must<&Fault::at>("at"), must<&Fault::plugin>("plugin"), may<&Fault::version>("version"),
             must<&Fault::kind>("kind"), must<&Fault::message>("message"), must<&Fault::quarantined>("quarantined")}};
        return shape;
    }
};

struct Plugins {
    std::vector<Plugin> plugins;
    std::vector<Fault> faults;
    static const Shape& shape() {
        static const Shape shape{"plugins", {must<&Plugins::plugins>("plugins"), must<&Plugins::faults>("faults")}};
        return shape;
    }
};

struct MailRow {
    std::string id;
    Url link;
    std::string to;
    std::string letter;
    std::string about;
    std::string state;
    Instant due_at{};
    std::optional<Instant> sent_at;
    std::int64_t attempts = 0;
    static const Shape& shape() {
        static const Shape shape{
            "mail_row",
            {may<&MailRow::id>("id"), must<&MailRow::link>("link"), must<&MailRow::to>("to"),
             must<&MailRow::letter>("letter"), may<&MailRow::about>("about"), must<&MailRow::state>("state"),
             must<&MailRow::due_at>("due_at"), may<&MailRow::sent_at>("sent_at"), may<&MailRow::attempts>("attempts")}};
        return shape;
    }
};

struct Mails {
    bool only_owed = false;
    Url all;
    Url owed;
    std::vector<MailRow> mails;
    std::optional<Url> next;
    static const Shape& shape() {
        static const Shape shape{
            "mails",
            {must<&Mails::only_owed>("only_owed"), must<&Mails::all>("all"), must<&Mails::owed>("owed"),
             must<&Mails::mails>("mails"), must<&Mails::next>("next")}};
        return shape;
    }
};

struct Mail {
    MailRow summary;
    std::string subject;
    std::string text;
    std::string error;
    std::optional<Url> retry;
    static const Shape& shape() {
        static const Shape shape{"mail",
                                 {must<&Mail::summary>("summary"), must<&Mail::subject>("subject"),
                                  must<&Mail::text>("text"), must<&Mail::error>("error"), must<&Mail::retry>("retry")}};
        return shape;
    }
};

struct AuditRow {
    Instant at{};
    std::string who;
    Message action;
    std::string subject;
    std::vector<Attribute> details;
    static const Shape& shape() {
        static const Shape shape{
            "audit_row",
            {must<&AuditRow::at>("at"), must<&AuditRow::who>("who"), must<&AuditRow::action>("action"),
             must<&AuditRow::subject>("subject"), must<&AuditRow::details>("details")}};
        return shape;
    }
};

struct Audit {
    std::vector<AuditRow> entries;
    std::optional<Url> next;
    static const Shape& shape() {
        static const Shape shape{"audit", {must<&Audit::entries>("entries"), must<&Audit::next>("next")}};
        return shape;
    }
};

/// Every page of the console.
const Face& face();

}  // namespace noren::pages::console
