-- What product feeds tell besides, and what the items are found by.
alter table item add column condition_rating text not null default '';
alter table item add column item_group text not null default '';
alter table item add column color text not null default '';
alter table item add column size text not null default '';
alter table item add column more_images text not null default '';
alter table item add column purchase_limit {int} check (purchase_limit > 0);
alter table item add column points_rate {int} check (points_rate >= 0);
alter table item add column listed_on {int} not null default 0;

drop index item_by_category;
create index item_by_group on item ({shop} item_group, sku) where item_group <> '';
create index item_by_state on item ({shop} sale_state, (-listed_on), sku);
create index item_by_listing on item ({shop} (-listed_on), sku);
-- {sqlite}
create index item_by_category on item (category, sku);
-- {postgresql}
create index item_by_category on item (storefront_id, category collate "C", sku);
-- {both}

-- Tokens by blanks (core/catalog/tokens.hpp): of the title, and the others.
-- {sqlite}
create table item_words (
    id integer primary key,
    sku text not null unique,
    title text not null,
    words text not null
);
create virtual table item_index using fts5(title, words, content = 'item_words', content_rowid = 'id', detail = column, tokenize = 'ascii');
-- {postgresql}
create table item_words (
    {shop_column}
    sku text not null,
    title text not null,
    words tsvector not null,
    primary key (storefront_id, sku)
);
create index item_by_words on item_words using gin (words);
-- {both}
