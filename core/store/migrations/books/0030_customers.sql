-- Customers, where they live, what they may no longer order, and what was begun by mail and not yet finished.
create table customer (
    {shop_column}
    id {int} not null,
    email text not null,
    email_normalised text not null,
    name text not null,
    country text not null,
    is_guest {int} not null check (is_guest in (0, 1)),
    state text not null check (state in ('open', 'restricted', 'closed')),
    password_hash text,
    made_at {int} not null,
    primary key ({shop} id)
);
create unique index customer_by_email on customer ({shop} email_normalised) where is_guest = 0;

create table address (
    {shop_column}
    customer_id {int} not null,
    household text not null,
    name text not null,
    street text not null,
    city text not null,
    region text not null,
    postal_code text not null,
    country text not null,
    phone text not null,
    is_hotel {int} not null check (is_hotel in (0, 1)),
    changed_at {int} not null,
    primary key ({shop} customer_id)
);
create index address_by_household on address ({shop} household);

create table barred (
    {shop_column}
    whom text not null,
    sku text not null,
    reason text not null,
    order_id {int} not null,
    since {int} not null,
    lifted_at {int},
    primary key ({shop} whom, sku)
);

-- A registration waits here until the link in its mail is followed; one for an address that has an account already waits
-- too, without a mail, so that both cost the same.
create table registration (
    {shop_column}
    token_hash text not null,
    email text not null,
    name text not null,
    country text not null,
    expires_at {int} not null,
    primary key ({shop} token_hash)
);
create index registration_by_age on registration ({shop} expires_at);

create table password_reset (
    {shop_column}
    token_hash text not null,
    customer_id {int} not null,
    expires_at {int} not null,
    primary key ({shop} token_hash)
);
create index password_reset_by_age on password_reset ({shop} expires_at);
