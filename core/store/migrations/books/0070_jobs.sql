-- Work that is due at an instant. A finished job is deleted; a dead one stays until staff retry or drop it.
create table job (
    {shop_column}
    id {int} not null,
    kind text not null,
    subject text not null,
    payload text not null,
    due_us {int} not null,
    state text not null check (state in ('live', 'dead')),
    attempts {int} not null,
    revision {int} not null,
    owner text not null,
    leased_until_us {int} not null,
    last_error text not null,
    primary key ({shop} id),
    unique ({shop} kind, subject)
);
create index job_due on job ({shop} due_us, id) where state = 'live';
create index job_dead on job ({shop} id) where state = 'dead';
create index job_leased on job ({shop} leased_until_us) where state = 'live' and owner <> '';
