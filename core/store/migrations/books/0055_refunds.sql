-- Captured money on its way back: stored before the provider is asked and after each of its answers.
create table refund (
    {shop_column}
    id {int} not null,
    attempt_id {int} not null,
    order_id {int} not null,
    order_number text not null,
    method text not null,
    state text not null,
    currency text not null,
    amount_minor {int} not null check (amount_minor > 0),
    reason text not null,
    who text not null,
    request_key text not null,
    refund_ref text not null default '',
    failure text not null default '',
    begun_at {int} not null,
    updated_at {int} not null,
    checks {int} not null default 0,
    version {int} not null default 1,
    primary key ({shop} id),
    unique ({shop} order_id, request_key)
);
create index refund_by_attempt on refund ({shop} attempt_id);
