\set first random(1, 500)
\set second random(501, 1000)
\set units random(1, 3)
select floor.place_order(:first, :second, :units);
