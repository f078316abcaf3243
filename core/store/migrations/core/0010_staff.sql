-- Who works in the console, in which storefronts as what, and who is logged in. Storefront '' stands for all of them.
create table staff (
    id {int} not null primary key,
    email text not null unique,
    name text not null,
    password_hash text not null,
    is_active {int} not null check (is_active in (0, 1)),
    made_at {int} not null
);

create table staff_role (
    staff_id {int} not null,
    storefront text not null,
    role text not null check (role in ('owner', 'manager', 'support', 'warehouse', 'read_only')),
    primary key (staff_id, storefront)
);

create table staff_session (
    token_hash text not null primary key,
    subject {int} not null,
    begun_at {int} not null,
    seen_at {int} not null
);
create index staff_session_by_subject on staff_session (subject);

create table staff_log_in_attempt (
    name_hash text not null primary key,
    since {int} not null,
    attempts {int} not null
);
