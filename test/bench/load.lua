-- One segment of load for wrk. What it is told and what it tells stands in wrk.ts.
local path = os.getenv("BENCH_FILE")
local repeats = os.getenv("BENCH_REPEATS") == "1"
local start = tonumber(os.getenv("BENCH_START"))
-- Byte at which the load ends although the time is not over: nothing may be sent twice.
local stop_at = tonumber(os.getenv("BENCH_STOP_AT"))
local head = os.getenv("BENCH_HEAD")

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local file
local prepared = {}
local turn = 0

local function build(line)
  local token = line:sub(3)
  if token == "" then return head .. "\r\n" end
  return head .. "Authorization: Bearer " .. token .. "\r\n\r\n"
end

function init()
  position, sent_good, sent_bad = start, 0, 0
  statuses = {}
  file = assert(io.open(path, "r"))
  if repeats then
    for line in file:lines() do
      table.insert(prepared, { good = line:sub(1, 1) == "g", text = build(line) })
    end
  else
    file:seek("set", start)
  end
end

-- wrk builds one request that it does not send, to see how requests look.
local built = 0

local function count(good)
  built = built + 1
  if built == 1 then return end
  if good then sent_good = sent_good + 1 else sent_bad = sent_bad + 1 end
end

function request()
  if repeats then
    turn = turn % #prepared + 1
    count(prepared[turn].good)
    return prepared[turn].text
  end
  local line = assert(file:read("*l"), "the load is longer than its file")
  position = position + #line + 1
  if position >= stop_at then wrk.thread:stop() end
  count(line:sub(1, 1) == "g")
  return build(line)
end

function response(status)
  local name = tostring(status)
  statuses[name] = (statuses[name] or 0) + 1
end

function done(summary, latency)
  local thread = threads[1]
  local counted = {}
  for name, times in pairs(thread:get("statuses")) do
    table.insert(counted, string.format('"%s":%d', name, times))
  end
  local errors = summary.errors
  print(string.format(
    'BENCH {"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"socketErrors":%d,"sentGood":%d,"sentBad":%d,"position":%d,"statuses":{%s}}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout,
    thread:get("sent_good"), thread:get("sent_bad"), thread:get("position"), table.concat(counted, ",")))
end
