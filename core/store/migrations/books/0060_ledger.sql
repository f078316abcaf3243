-- The ledger: one row a transfer, which debits one account and credits another; never changed, never deleted.
create table ledger_transfer (
    {shop_column}
    id text not null,
    at_us {int} not null,
    kind text not null,
    debit text not null,
    credit text not null,
    amount_minor {int} not null check (amount_minor > 0),
    currency text not null check (length(currency) = 3),
    order_id {int} not null check (order_id > 0),
    primary key ({shop} id),
    check (debit <> credit)
);
create index ledger_transfer_by_order on ledger_transfer ({shop} order_id);

-- {sqlite}
create trigger ledger_transfer_keeps_rows before delete on ledger_transfer
begin
    select raise(abort, 'the ledger is append-only');
end;
create trigger ledger_transfer_keeps_values before update on ledger_transfer
begin
    select raise(abort, 'the ledger is append-only');
end;
-- {postgresql}
create function refuse_to_change_the_ledger() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only' using errcode = 'check_violation';
end $$;
create trigger ledger_transfer_keeps_rows before update or delete on ledger_transfer
    for each row execute function refuse_to_change_the_ledger();
create trigger ledger_transfer_keeps_all before truncate on ledger_transfer
    for each statement execute function refuse_to_change_the_ledger();
-- {both}
