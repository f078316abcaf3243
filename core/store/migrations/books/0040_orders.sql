-- Orders, their lines, their timeline, their invoices, and the counters that limits are held against.
create table orders (
    {shop_column}
    id {int} not null,
    number text not null,
    customer_id {int} not null,
    household text not null,
    session text not null,
    placed_at {int} not null,
    revision text not null,
    language text not null,
    fulfilment text not null,
    payment text not null,
    hold text not null,
    payment_method text not null,
    shipping_method text not null,
    shipping_service text not null,
    country text not null,
    currency text not null,
    goods_minor {int} not null check (goods_minor >= 0),
    shipping_minor {int} not null check (shipping_minor >= 0),
    fees_minor {int} not null check (fees_minor >= 0),
    total_minor {int} not null check (total_minor = goods_minor + shipping_minor + fees_minor),
    contact text not null,
    reservation_id {int} not null,
    invoiced_at {int},
    due_at {int},
    version {int} not null default 1,
    primary key ({shop} id),
    unique ({shop} number)
);
create index orders_by_customer on orders ({shop} customer_id, id);
create index orders_open on orders ({shop} fulfilment, payment, id);

create table order_line (
    {shop_column}
    id {int} not null,
    order_id {int} not null,
    position {int} not null,
    sku text not null,
    title text not null,
    quantity {int} not null check (quantity > 0),
    unit_price_minor {int} not null check (unit_price_minor >= 0),
    sale_state text not null,
    release_date {int} not null,
    weight_g {int} not null,
    source text not null,
    primary key ({shop} id),
    unique ({shop} order_id, position)
);

create table order_event (
    {shop_column}
    id {int} not null,
    order_id {int} not null,
    at {int} not null,
    who text not null,
    what text not null,
    details text not null,
    primary key ({shop} id)
);
create index order_event_by_order on order_event ({shop} order_id, id);

create table invoice (
    {shop_column}
    id {int} not null,
    order_id {int} not null,
    number text not null,
    issued_at {int} not null,
    due_at {int} not null,
    currency text not null,
    total_minor {int} not null check (total_minor >= 0),
    credited_at {int},
    primary key ({shop} id),
    unique ({shop} number)
);
create index invoice_by_order on invoice ({shop} order_id);

create table counter (
    {shop_column}
    name text not null,
    subject text not null,
    value {int} not null,
    primary key ({shop} name, subject)
);
