-- Carts: what a visit has chosen so far. One row a visit, the whole cart in it: every change is an idempotent put.
create table cart (
    {shop_column}
    session text not null,
    contents text not null,
    changed_at {int} not null,
    primary key ({shop} session)
);
create index cart_by_age on cart ({shop} changed_at);
