-- Decisions that committed something, with the facts they were made from, and refused placements.
create table decision (
    {shop_column}
    id {int} not null,
    order_id {int},
    at {int} not null,
    occasion text not null,
    outcome text not null,
    revision text not null,
    facts {blob} not null,
    verdicts {blob} not null,
    primary key ({shop} id)
);
create index decision_by_order on decision ({shop} order_id, id);
