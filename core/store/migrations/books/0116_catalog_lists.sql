-- A list sorted by anything is chosen from this index alone.
drop index item_by_category;
-- {sqlite}
create index item_on_shelf on item (category, sku, sale_state, condition, brand, listed_on, price_minor, release_date);
-- {postgresql}
create index item_on_shelf on item (storefront_id, category collate "C", sku)
    include (sale_state, condition, brand, listed_on, price_minor, release_date);
