-- {postgresql}
-- Under row-level security no text search is answered by an index: its operator is not leakproof. So this table, which
-- holds nothing but words of what the shop shows everybody, stands outside of it, and its statements name the shop
-- themselves; so do its words (@<shop>), which the index looks up with the others.
drop table item_words;
create table item_words (
    shop bigint not null default current_setting('noren.storefront')::bigint,
    sku text not null,
    title text not null,
    words tsvector not null,
    primary key (shop, sku)
);
create index item_by_words on item_words using gin (words);
