-- A customer's addresses are several; and what they watch. (An address of which there was one a customer was never used.)
drop table address;
create table address_book (
    {shop_column}
    id {int} not null,
    customer_id {int} not null,
    household text not null,
    name text not null,
    street text not null,
    city text not null,
    region text not null,
    postal_code text not null,
    country text not null,
    phone text not null,
    is_hotel {int} not null check (is_hotel in (0, 1)),
    changed_at {int} not null,
    primary key ({shop} id)
);
create index address_book_by_customer on address_book ({shop} customer_id);
create index address_book_by_household on address_book ({shop} household);

create table watched (
    {shop_column}
    customer_id {int} not null,
    sku text not null,
    since {int} not null,
    primary key ({shop} customer_id, sku)
);
create index customer_guests on customer ({shop} email_normalised) where is_guest = 1;
