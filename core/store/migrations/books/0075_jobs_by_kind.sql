-- A worker claims by kind: a backlog of one kind must not slow the claims of another.
create index job_kind_due on job ({shop} kind, due_us, id) where state = 'live';
drop index job_due;
