# config.sh -- stoa.conf: written once, then the person's; read through stoad, so that every default and
# environment variable counts.

port_is_taken() {
	local line
	line=$(printf ':%04X [0-9A-F]*:0000 0A ' "$1")
	[ -n "$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -- "$line")" ]
}

# The tests' environment takes ports that nobody has: nobody needs to know them. Its providers are on the 4th and 5th behind.
test_port() {
	local port=9443
	while port_is_taken "$port" || port_is_taken $((port - 363)) || port_is_taken $((port + 4)) || port_is_taken $((port + 5)); do
		port=$((port + 10))
	done
	echo "$port"
}
https_port_default() { if [ "$ENVIRONMENT" = test ]; then test_port; else echo 8443; fi; }

# `setting SECTION KEY`: its value in force.
setting() { "$STOAD" --config "$CONFIG" --get "$1" "$2"; }
state_dir() { setting global state_dir; }

loopback_addresses() {
	if grep -qs '^0\{31\}1 ' /proc/net/if_inet6; then echo '127.0.0.1, ::1'; else echo 127.0.0.1; fi
}

config_text() {
	local socket=${RUN//%/%25} port
	port=$(https_port_default)
	socket=${socket// /%20}
	socket=${socket//&/%26}
	cat <<END
# stoa.conf of the environment "$ENVIRONMENT": what differs from the defaults.  scripts/stoa wrote it once and never
# overwrites it.  \`scripts/stoa config --show\` prints every setting in force; after a change: scripts/stoa reload.

[global]
environment = $ENVIRONMENT
state_dir = $HERE
run_dir = $RUN
data_dir = $APP/share/stoa
log = $LOG/stoad.log
secret_key_file = $HERE/secret.key

# Only this machine can connect.  For others as well: listen = 0.0.0.0, and a public_url that they know.
listen = $(loopback_addresses)
https_port = $port
http_port = $((port - 363))
public_url = https://localhost:$port

# The private PostgreSQL and Redis of this environment.
database_url = postgresql:///$POSTGRES_DATABASE?host=$socket
database_admin_url = postgresql://postgres@/$POSTGRES_DATABASE?host=$socket
redis_url = unix:$RUN/redis.sock

# People may sign in by the word of OpenID Connect providers, by /v1/auth/oauth/NAME/start.  Register the callback
# https://localhost:$port/v1/auth/oauth/google/callback there, and list your applications' addresses here.
# [provider.google]
# issuer = https://accounts.google.com
# client_id = ...apps.googleusercontent.com
# client_secret_file = $HERE/google.secret
# return_to = https://app.example.com/signed-in
END
	if [ "$ENVIRONMENT" = test ]; then
		cat <<-'END'

			# All tests come from one address and are in a hurry.
			[limits]
			address = 6000000/1m
			sign_in = 60000/1m

			[auth]
			attempts_address = 60000/15m
		END
	fi
}

# Standard input becomes stoa.conf, whole or not at all.  In /etc/stoa root writes, and owner and mode stay.
config_write() {
	if as_owner test -w "$(dirname "$CONFIG")"; then
		as_owner sh -c 'umask 027; cat >"$1.new" && mv "$1.new" "$1"' sh "$CONFIG"
	else
		(umask 077; cat >"$CONFIG.new") && chown --reference="$CONFIG" "$CONFIG.new" &&
			chmod --reference="$CONFIG" "$CONFIG.new" && mv "$CONFIG.new" "$CONFIG"
	fi
}

config_make() {
	[ -f "$CONFIG" ] || config_text | config_write
	[ "$ENVIRONMENT" != test ] || grep -q '^\[issuer[.]rogue\]' "$CONFIG" || config_providers
}

# Providers of the tests' own, which only they start: people sign in by their word.
config_providers() {
	local port name allowed
	port=$(($(awk '$1 == "https_port" { print $3 }' "$CONFIG") + 4))
	allowed=$(sed -n 's/^outgoing_allow = //p' "$CONFIG")
	config_set global outgoing_allow "${allowed:+$allowed, }127.0.0.1:$port, 127.0.0.1:$((port + 1))"
	config_set issuer.rogue issuer "http://127.0.0.1:$port"
	config_set issuer.rogue jwks "http://127.0.0.1:$port/jwks"
	config_set issuer.rogue audience stoa-api
	for name in rogue honest; do
		config_set "provider.$name" issuer "http://127.0.0.1:$port"
		config_set "provider.$name" client_id stoa
		config_set "provider.$name" client_secret '"a secret of the tests"'
		config_set "provider.$name" return_to 'https://app.example.com/signed-in, https://app.example.com/?from=there'
		port=$((port + 1))
	done
}

secret_make() {
	local path
	path=$(setting global secret_key_file) || return 1
	[ ! -s "$path" ] || return 0
	if [ "$(id -u)" = 0 ] && ! as_owner test -w "$(dirname "$path")"; then # /etc/stoa: root writes there, ours only read
		install -d -m 2750 -o root -g "$(id -g "$OWNER")" "$(dirname "$path")" && "$STOAD" --config "$CONFIG" --keys new &&
			chgrp "$(id -g "$OWNER")" "$path"
		return
	fi
	as_owner "$STOAD" --config "$CONFIG" --keys new
}

# `config_set SECTION KEY VALUE`: replaces the line, or adds it (and its section) where there is none.
config_set() {
	awk -v section="[$1]" -v key="$2" -v value="$3" '
		function flush() { printf "%s", held; held = "" }
		function put() { if (!done) print key " = " value; done = 1 }
		/^[ \t]*([#;].*)?$/ { held = held $0 "\n"; next }
		/^[ \t]*\[/ { if (here) put(); here = index($0, section) > 0; if (here) seen = 1 }
		{ flush() }
		here && $0 ~ "^[ \t]*" quoted "[ \t]*=" { put(); next }
		{ print }
		END { if (here) put(); flush(); if (!seen) { print ""; print section; put() } }
		' quoted="$(printf '%s' "$2" | sed 's/[.]/[.]/g')" "$CONFIG" | config_write
}
