-- What plugins did wrong.
create table plugin_fault (
    id {int} not null primary key,
    at {int} not null,
    plugin text not null,
    version text not null,
    storefront text not null,
    instance text not null,
    method {int} not null,
    kind text not null,
    message text not null,
    quarantined {int} not null
);
create index plugin_fault_by_age on plugin_fault (at);
