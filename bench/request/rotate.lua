-- wrk: the users come back in rotation, each with its header; at the end one line of JSON.
local requests = {}
local next = 0

function init(args)
  for id in io.lines(args[1]) do
    wrk.headers["x-user-id"] = id
    requests[#requests + 1] = wrk.format("GET", "/")
  end
end

function request()
  next = next % #requests + 1
  return requests[next]
end

function done(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\nRESULT {"requests":%d,"seconds":%.6f,"p50":%.1f,"p99":%.1f,"refused":%d,"lost":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99), errors.status, lost
  ))
end
