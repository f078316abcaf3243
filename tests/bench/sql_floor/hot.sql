\set units random(1, 3)
select floor.place_order(7, 507, :units);
