-- The same POST over and over.
-- wrk ... -s login.lua URL -- JSON
function init(arguments)
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/json"
	wrk.body = arguments[1]
end
