\set first random(1, 500)
\set second random(501, 1000)
\set units random(1, 3)
begin;
insert into floor.orders (number, email, state, currency, total_minor, address, placed_us) values (gen_random_uuid()::text, 'shopper@example.com', 'placed', 'JPY', 2975, '{"name": "A Shopper", "street": "1 Example Street", "city": "Springfield", "country": "US"}', floor.now_us()) returning id as placed \gset
insert into floor.order_line (order_id, item, quantity, unit_minor) values (:placed, :first, :units, 1000);
insert into floor.order_line (order_id, item, quantity, unit_minor) values (:placed, :second, :units, 1000);
insert into floor.payment (order_id, state, amount_minor, provider_ref) values (:placed, 'captured', 2975, gen_random_uuid()::text);
insert into floor.transfer (order_id, debit, credit, amount_minor, currency) values (:placed, 'clearing', 'sales', 2975, 'JPY');
insert into floor.outbox (order_id, template, parameters) values (:placed, 'order_placed', '{"total_minor": 2975}');
insert into floor.audit (at_us, actor, action, order_id) values (floor.now_us(), 'shopper', 'place_order', :placed);
update floor.stock set on_hand = on_hand - :units, version = version + 1 where item = :first and on_hand >= :units;
update floor.stock set on_hand = on_hand - :units, version = version + 1 where item = :second and on_hand >= :units;
commit;
