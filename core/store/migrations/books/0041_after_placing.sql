-- What happens to an order after it was placed: its items' facts as ordered, what of each line is cancelled or in hand,
-- shipments, cases, offences.
alter table orders add column paid_at {int};
alter table orders add column shipped_at {int};
alter table orders add column delivered_at {int};
alter table orders add column reply_by {int};
create index orders_by_household on orders ({shop} household, id);

alter table order_line add column cancelled {int} not null default 0 check (cancelled >= 0);
alter table order_line add column in_hand {int} not null default 0 check (in_hand >= 0);
alter table order_line add column release_month_only {int} not null default 0;
alter table order_line add column length_mm {int} not null default 0;
alter table order_line add column width_mm {int} not null default 0;
alter table order_line add column height_mm {int} not null default 0;
alter table order_line add column restrictions text not null default '';
alter table order_line add column condition text not null default '';
alter table order_line add column category text not null default '';
alter table order_line add column purchase_limit {int} not null default 0;
-- {sqlite}
update order_line set in_hand = quantity where source = 'on_hand';
-- {postgresql}
alter table order_line no force row level security;
update order_line set in_hand = quantity where source = 'on_hand';
alter table order_line force row level security;
-- {both}
create index order_line_by_item on order_line ({shop} sku, order_id);

create table shipment (
    {shop_column}
    id {int} not null,
    order_id {int} not null,
    method text not null,
    service text not null,
    tracking text not null,
    shipped_at {int} not null,
    delivered_at {int},
    primary key ({shop} id)
);
create index shipment_by_order on shipment ({shop} order_id);

-- A matter that waits to be settled.
create table order_case (
    {shop_column}
    id {int} not null,
    order_id {int} not null,
    household text not null,
    kind text not null,
    opened_at {int} not null,
    opened_by text not null,
    settled_at {int},
    settled_by text,
    primary key ({shop} id)
);
create index order_case_by_household on order_case ({shop} household, id);
create index order_case_by_order on order_case ({shop} order_id);

-- What counts against somebody, and how whole households stand.
create table offence (
    {shop_column}
    id {int} not null,
    at {int} not null,
    customer_id {int} not null,
    household text not null,
    kind text not null,
    weight {int} not null check (weight > 0),
    order_id {int} not null,
    primary key ({shop} id)
);
create index offence_by_household on offence ({shop} household, id);
create index offence_by_customer on offence ({shop} customer_id, id);

create table household_standing (
    {shop_column}
    household text not null,
    state text not null check (state in ('open', 'restricted', 'closed')),
    reason text not null,
    since {int} not null,
    primary key ({shop} household)
);
