-- What the storefront lists.
create table item (
    {shop_column}
    sku text not null,
    title text not null,
    description text not null,
    price_minor {int} not null check (price_minor >= 0),
    currency text not null,
    sale_state text not null,
    release_date {int},
    release_precision text not null check (release_precision in ('day', 'month')),
    weight_g {int} check (weight_g >= 0),
    length_mm {int} check (length_mm >= 0),
    width_mm {int} check (width_mm >= 0),
    height_mm {int} check (height_mm >= 0),
    restrictions text not null,
    condition text not null,
    category text not null,
    brand text not null,
    gtin text not null,
    link text not null,
    image_link text not null,
    primary key ({shop} sku)
);
create index item_by_category on item ({shop} category, sku);
