-- What staff prove themselves with besides a password: the secret of their authenticator, sealed, with the last time step
-- whose code was taken; and codes for when it is lost, each used once.
create table staff_totp (
    staff_id {int} not null primary key,
    sealed_secret {blob} not null,
    used_step {int} not null,
    enrolled_at {int} not null
);
create table staff_recovery_code (
    staff_id {int} not null,
    code_hash text not null,
    primary key (staff_id, code_hash)
);
