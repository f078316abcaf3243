-- The server's own secret, made when the core store is first opened.
create table server_key (
    name text not null primary key,
    bytes {blob} not null
);
