-- Every change of a cart moved it in this index, for a sweep that runs once a day and may as well read the table.
drop index cart_by_age;
