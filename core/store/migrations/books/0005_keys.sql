-- The storefront's own secrets, made when its store is first opened.
create table shop_key (
    {shop_column}
    name text not null,
    bytes {blob} not null,
    primary key ({shop} name)
);
