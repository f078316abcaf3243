-- One product after the other, by a step that is prime to how many there are.
local paths = {}
for line in io.lines(os.getenv("NOREN_BENCH_SKUS")) do paths[#paths + 1] = "/products/" .. line end
local at = math.random(#paths)
request = function()
  at = (at + 7919) % #paths
  return wrk.format("GET", paths[at + 1])
end
