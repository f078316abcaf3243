-- The number by which each storefront's rows are told apart.
create table storefront (
    name text not null primary key,
    id {int} not null unique
);
