-- The tables of the floor, and place_order(): the same nine writes as statements.sql in one call.
set client_min_messages = warning;
drop schema if exists floor cascade;
create schema floor;
set search_path = floor;

create table stock (
    item bigint primary key,
    on_hand bigint not null check (on_hand >= 0),
    version bigint not null default 0
) with (fillfactor = 70);
create table orders (
    id bigint generated always as identity primary key,
    number text not null unique,
    email text not null,
    state text not null,
    currency text not null,
    total_minor bigint not null,
    address text not null,
    placed_us bigint not null
);
create index on orders (placed_us);
create table order_line (
    id bigint generated always as identity primary key,
    order_id bigint not null references orders,
    item bigint not null references stock,
    quantity bigint not null,
    unit_minor bigint not null
);
create index on order_line (order_id);
create table payment (
    id bigint generated always as identity primary key,
    order_id bigint not null references orders,
    state text not null,
    amount_minor bigint not null,
    provider_ref text not null unique
);
create index on payment (order_id);
create table transfer (
    id bigint generated always as identity primary key,
    order_id bigint not null references orders,
    debit text not null,
    credit text not null,
    amount_minor bigint not null,
    currency text not null
);
create index on transfer (order_id);
create table outbox (
    id bigint generated always as identity primary key,
    order_id bigint not null,
    template text not null,
    parameters text not null,
    sent_us bigint
);
create index on outbox (id) where sent_us is null;
create table audit (
    id bigint generated always as identity primary key,
    at_us bigint not null,
    actor text not null,
    action text not null,
    order_id bigint not null
);
create index on audit (order_id);

insert into stock (item, on_hand) select item, 1000000000 from generate_series(1, 1000) item;

create function now_us() returns bigint language sql volatile as
    $$ select (extract(epoch from clock_timestamp()) * 1000000)::bigint $$;

create function place_order(first bigint, second bigint, units bigint) returns bigint language plpgsql set search_path = floor as $$
declare
    placed bigint;
begin
    insert into orders (number, email, state, currency, total_minor, address, placed_us)
    values (gen_random_uuid()::text, 'shopper@example.com', 'placed', 'JPY', 2975,
            '{"name": "A Shopper", "street": "1 Example Street", "city": "Springfield", "country": "US"}', now_us())
    returning id into placed;
    insert into order_line (order_id, item, quantity, unit_minor) values (placed, first, units, 1000);
    insert into order_line (order_id, item, quantity, unit_minor) values (placed, second, units, 1000);
    insert into payment (order_id, state, amount_minor, provider_ref)
    values (placed, 'captured', 2975, gen_random_uuid()::text);
    insert into transfer (order_id, debit, credit, amount_minor, currency)
    values (placed, 'clearing', 'sales', 2975, 'JPY');
    insert into outbox (order_id, template, parameters) values (placed, 'order_placed', '{"total_minor": 2975}');
    insert into audit (at_us, actor, action, order_id) values (now_us(), 'shopper', 'place_order', placed);
    -- Last, so that these rows are locked for the shortest time.
    update stock set on_hand = on_hand - units, version = version + 1 where item = first and on_hand >= units;
    if not found then raise exception 'sold out'; end if;
    update stock set on_hand = on_hand - units, version = version + 1 where item = second and on_hand >= units;
    if not found then raise exception 'sold out'; end if;
    return placed;
end $$;
analyze stock;
