# call: asks the API as somebody who is signed in: call GET /v1/auth/me.
#
# usage: scripts/stoa call METHOD PATH [JSON | -] [--env ENV]
#        scripts/stoa call login [MAIL] | logout
#
# `call login` asks for address and password (or takes STOA_EMAIL and STOA_PASSWORD from the environment) and keeps the
# refresh token in a file of yours; it is renewed with each call. `-` reads the JSON from standard input. Prints the
# answer's body, formatted; the exit status is 0 for 2xx, and 1 for anything else.

token_file() { printf '%s/stoa/%s-%s.token' "${XDG_CONFIG_HOME:-$HOME/.config}" "$(checkout_hash)" "$ENVIRONMENT"; }

# `json_member NAME`: that member of the object on standard input.
json_member() { NAME=$1 perl -MJSON::PP -0777 -ne 'my $v = eval { decode_json($_)->{$ENV{NAME}} }; print $v // ""'; }

# One call; the body on standard output, the status in $status. Secrets go by files and pipes, never by arguments.
ask() {
	local method=$1 path=$2 body=$3 header=$4 out
	out=$(mktemp)
	status=$(fetch "$path" -X "$method" --max-time 60 -o "$out" -w '%{http_code}' -H 'Content-Type: application/json' \
		-H @<(printf '%s\n' "$header") ${body:+--data-binary @<(printf '%s' "$body")})
	cat "$out"
	rm -f "$out"
}

keep_token() {
	local file
	file=$(token_file)
	mkdir -p "$(dirname "$file")" && (umask 077; printf '%s\n' "$1" >"$file.new" && mv "$file.new" "$file")
}

# A text as JSON.
json_text() { TEXT=$1 perl -MJSON::PP -MEncode -e 'print JSON::PP->new->allow_nonref->utf8->encode(decode("UTF-8", $ENV{TEXT}))'; }

call_login() {
	local email=${1:-${STOA_EMAIL:-}} password=${STOA_PASSWORD:-} body answer status=''
	[ -n "$email" ] || read -rp 'E-mail address: ' email || exit 1
	if [ -z "$password" ]; then read -rsp 'Password: ' password || exit 1; echo >&2; fi
	body="{\"email\":$(json_text "$email"),\"password\":$(json_text "$password")}"
	answer=$(mktemp)
	ask POST /v1/auth/login "$body" '' >"$answer"
	if [ "$status" != 200 ]; then
		show_answer <"$answer"
		rm -f "$answer"
		fail "That did not work (status $status)."
	fi
	keep_token "$(json_member refresh_token <"$answer")"
	rm -f "$answer"
	say "Signed in as $email."
}

# A fresh access token; the refresh token that comes with it is kept.
access_token() {
	local file answer status=''
	file=$(token_file)
	[ -s "$file" ] || return 1
	answer=$(mktemp)
	ask POST /v1/auth/refresh "{\"refresh_token\":\"$(cat "$file")\"}" '' >"$answer"
	if [ "$status" = 200 ]; then
		keep_token "$(json_member refresh_token <"$answer")"
		json_member access_token <"$answer"
	fi
	rm -f "$answer"
	[ "$status" = 200 ]
}

show_answer() { perl -MJSON::PP -0777 -ne 'my $v = eval { decode_json($_) }; print defined $v ? JSON::PP->new->pretty->canonical->utf8->encode($v) : $_'; }

call_logout() {
	local token status=''
	if token=$(access_token); then ask POST /v1/auth/logout '{}' "Authorization: Bearer $token"; fi
	rm -f "$(token_file)"
	say "Signed out."
}

command_call() {
	local method=${1:-} path=${2:-} body=${3:-} token='' status='' answer
	need_running
	case $method in
	login) call_login "$path"; return ;;
	logout) call_logout; return ;;
	GET|POST|PUT|PATCH|DELETE) ;;
	*) wrong "usage: scripts/stoa call METHOD PATH [JSON]; or call login, call logout" ;;
	esac
	case $path in /*) ;; *) wrong "The path begins with a slash: /v1/auth/me" ;; esac
	if [ "$body" = - ]; then body=$(cat); fi
	token=$(access_token) || todo "Nobody is signed in here. Run: $(stoa_command call login)"
	answer=$(mktemp)
	ask "$method" "$path" "$body" "Authorization: Bearer $token" >"$answer"
	show_answer <"$answer"
	rm -f "$answer"
	case $status in 2*) return 0 ;; esac
	warn "status $status"
	return 1
}
