-- Each request shows the newest refresh token of the next session, and keeps the one it gets.
-- wrk ... -s refresh.lua URL -- FILE     FILE: a session's id and its token on each line
local sessions, tokens, at = {}, {}, 0
local headers = { ["Content-Type"] = "application/json" }

function init(arguments)
	for line in io.lines(arguments[1]) do
		local session, token = line:match("^(%S+) (%S+)$")
		sessions[#sessions + 1] = session
		tokens[session] = token
	end
end

function request()
	at = at % #sessions + 1
	return wrk.format("POST", nil, headers, '{"refresh_token":"' .. tokens[sessions[at]] .. '"}')
end

function response(status, _, body)
	local session, token = body:match('"session_id":"([^"]+)"'), body:match('"refresh_token":"([^"]+)"')
	if status == 200 and session and token then
		tokens[session] = token
	end
end

-- The next run goes on with them.
function done()
end
