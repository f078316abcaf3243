-- Attempts to pay, what was exchanged with providers, and their webhooks.
create table payment_attempt (
    {shop_column}
    id {int} not null,
    order_id {int} not null,
    order_number text not null,
    method text not null,
    state text not null,
    currency text not null,
    amount_minor {int} not null check (amount_minor > 0),
    captured_minor {int} not null default 0 check (captured_minor >= 0),
    provider_ref text not null default '',
    capture_ref text not null default '',
    redirect_url text not null default '',
    reason text not null default '',
    begun_at {int} not null,
    updated_at {int} not null,
    checks {int} not null default 0,
    version {int} not null default 1,
    primary key ({shop} id)
);
create index payment_attempt_by_order on payment_attempt ({shop} order_id, id);
create index payment_attempt_by_ref on payment_attempt ({shop} method, provider_ref);

create table payment_exchange (
    {shop_column}
    id {int} not null,
    attempt_id {int} not null,
    operation text not null,
    place {int} not null,
    at {int} not null,
    method text not null,
    url text not null,
    failure text not null,
    status {int} not null,
    reply {blob} not null,
    primary key ({shop} id)
);
create index payment_exchange_by_attempt on payment_exchange ({shop} attempt_id, id);

create table webhook (
    {shop_column}
    gateway text not null,
    event_id text not null,
    event_type text not null,
    received_at {int} not null,
    attempt_id {int} not null,
    primary key ({shop} gateway, event_id)
);
