-- Customers who are logged in, and how often a log-in was tried lately.
create table session (
    {shop_column}
    token_hash text not null,
    subject {int} not null,
    begun_at {int} not null,
    seen_at {int} not null,
    primary key ({shop} token_hash)
);
create index session_by_subject on session ({shop} subject);
create index session_by_age on session ({shop} seen_at);

create table log_in_attempt (
    {shop_column}
    name_hash text not null,
    since {int} not null,
    attempts {int} not null,
    primary key ({shop} name_hash)
);
