-- A script of wrk: GETs the addresses in a file (one a line), in turn, over and over.
-- wrk --script get_in_turn.lua URL -- FILE   ends with one line of JSON; its times are in microseconds.

local requests = {}
local at = 0

function init(args)
  for address in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format('GET', address)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  print(string.format(
    '{"answers": %d, "duration": %d, "bytes": %d, "errors": %d, "median": %d, "late": %d}',
    summary.requests, summary.duration, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
