-- For wrk: payments, each under a key of its own; the bare worker is sent the same.  Arguments: TOKEN FROM TO.
local count, seed = 0, 0
local threads = 0

function setup(thread)
	thread:set("seed", threads)
	threads = threads + 1
end

function init(arguments)
	math.randomseed(os.time() + seed)
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/json"
	run = string.format("%08x%08x", math.random(0, 2 ^ 31), math.random(0, 2 ^ 31))
	wrk.headers["Authorization"] = "Bearer " .. arguments[1]
	wrk.body = string.format('{"from_wallet":"%s","to_wallet":"%s","amount":"0.01","currency":"USD"}',
		arguments[2], arguments[3])
end

function request()
	count = count + 1
	wrk.headers["Idempotency-Key"] = run .. count
	return wrk.format()
end
