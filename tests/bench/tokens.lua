-- Each request bears the next of many tokens, so that what a worker remembers of one is not the result.
-- wrk ... -s tokens.lua URL -- FILE
local tokens, next_token, strange = {}, 0, 0

function init(arguments)
	for line in io.lines(arguments[1]) do
		tokens[#tokens + 1] = { ["Authorization"] = "Bearer " .. line }
	end
	next_token = math.random(#tokens)
end

function request()
	next_token = next_token % #tokens + 1
	return wrk.format("GET", nil, tokens[next_token])
end
