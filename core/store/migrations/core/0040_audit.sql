-- Who did what in the console.
create table audit (
    id {int} not null primary key,
    at {int} not null,
    who text not null,
    storefront text not null,
    action text not null,
    subject text not null,
    details text not null
);
create index audit_by_subject on audit (storefront, subject, id);
