-- Mails as promises: one row and one Message-ID each, written in the transaction that they tell of.
create table mail (
    {shop_column}
    id {int} not null,
    promise_kind text not null,
    promise_about text not null,
    template text not null,
    recipient text not null,
    subject text not null,
    body text not null,
    html text,
    told_us {int} not null,
    send_after_us {int} not null,
    sent_us {int},
    primary key ({shop} id),
    unique ({shop} promise_kind, promise_about)
);
