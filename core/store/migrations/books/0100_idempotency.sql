-- The first answer to a request that names an Idempotency-Key, kept for its repeats.
create table idempotency (
    {shop_column}
    scope text not null,
    idempotency_key text not null,
    request_hash text not null,
    answer text not null,
    made_at {int} not null,
    primary key ({shop} scope, idempotency_key)
);
create index idempotency_by_age on idempotency ({shop} made_at);
