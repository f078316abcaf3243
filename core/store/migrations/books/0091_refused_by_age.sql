-- Refused placements are counted and forgotten by their age.
create index decision_refused on decision ({shop} at) where order_id is null;
