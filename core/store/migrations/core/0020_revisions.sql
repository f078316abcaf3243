-- Configurations by their content: every one that a storefront was opened with.
create table revision (
    revision text not null,
    storefront text not null,
    contents text not null,
    stored_at {int} not null,
    primary key (storefront, revision)
);
