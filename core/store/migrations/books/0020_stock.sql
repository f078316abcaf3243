-- What can still be promised of each item: counters in buckets, who holds what, and every movement.
create table stock_bucket (
    {shop_column}
    sku text not null,
    source text not null check (source in ('on_hand', 'incoming')),
    bucket {int} not null,
    free {int} not null check (free >= 0),
    reserved {int} not null check (reserved >= 0),
    sold {int} not null check (sold >= 0),
    primary key ({shop} sku, source, bucket)
);

create table stock_reservation (
    {shop_column}
    id {int} not null,
    state text not null check (state in ('live', 'claimed', 'released')),
    until_us {int} not null,
    primary key ({shop} id)
);
create index stock_reservation_ending on stock_reservation ({shop} until_us) where state = 'live';

create table stock_part (
    {shop_column}
    reservation_id {int} not null,
    sku text not null,
    source text not null,
    bucket {int} not null,
    quantity {int} not null check (quantity >= 0),
    primary key ({shop} reservation_id, sku, source, bucket)
);

create table stock_movement (
    {shop_column}
    id {int} not null,
    at_us {int} not null,
    kind text not null,
    cause text not null,
    sku text not null,
    source text not null,
    free {int} not null,
    reserved {int} not null,
    sold {int} not null,
    primary key ({shop} id)
);
create index stock_movement_of on stock_movement ({shop} sku, source, id);
