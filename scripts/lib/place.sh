# place.sh -- where an environment lives, and as whom it runs.
#
# Everything of an environment is under var/<env>.  Nothing runs as root: root's environments run as the system
# user `stoa`, an ordinary user's as that user.  Where that user cannot reach the checkout (somebody's 0700
# home), var is a symbolic link into /var/lib/stoa.

# Sets OWNER, HERE (the environment's folder, which need not exist yet) and RUN (its sockets).
find_place() {
	local here=$TOP/var/$ENVIRONMENT
	OWNER=$(id -un)
	if [ "$(id -u)" = 0 ]; then
		OWNER=stoa
		[ ! -d "$here/." ] || OWNER=$(stat -c %U "$here/.")
		[ "$OWNER" != root ] || OWNER=stoa # root has made the folder, for a stoa.conf
	fi
	HERE=$(readlink -m "$here")
	RUN=$(readlink -m "$HERE/run")
	LOG=$HERE/log
	APP=$HERE/app
	STOAD=$APP/bin/stoad
	CONFIG=$HERE/stoa.conf
	if [ ! -f "$CONFIG" ] && [ -f /etc/stoa/stoa.conf ] && ! makes_servers; then
		CONFIG=/etc/stoa/stoa.conf
	fi
	export STOA_CONFIG=$CONFIG
	find_configured_place
}

# Staging and prod say themselves where their sockets, logs and data are.
find_configured_place() {
	if makes_servers || [ ! -x "$STOAD" ] || [ ! -f "$CONFIG" ]; then return 0; fi
	RUN=$(setting global run_dir) || return 0
	LOG=$(state_dir)/log
}

# Whether this environment has a PostgreSQL and a Redis of its own; the others use what stoa.conf names.
makes_servers() { [ "$ENVIRONMENT" = dev ] || [ "$ENVIRONMENT" = test ]; }

# Runs a command as the environment's user.  OWNER_MAY is what root lets it do besides.
OWNER_MAY=()
as_owner() {
	if [ "$(id -un)" = "$OWNER" ]; then
		"$@"
	else
		(cd / && setpriv --reuid="$OWNER" --regid="$(id -g "$OWNER")" --init-groups "${OWNER_MAY[@]}" -- \
			env -u XDG_RUNTIME_DIR HOME=/ USER="$OWNER" LOGNAME="$OWNER" "$@")
	fi
}

checkout_hash() { printf '%s' "$TOP" | sha256sum | cut -c1-10; }

make_user() {
	[ "$(id -u)" = 0 ] || return 0
	getent passwd "$OWNER" >/dev/null && return 0
	say "Making the system user $OWNER: nothing of the platform runs as root."
	useradd --system --user-group --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin "$OWNER"
}

make_var() {
	local elsewhere
	[ ! -d "$TOP/var/." ] || return 0
	rm -f "$TOP/var" # a link whose target has gone
	if as_owner test -x "$TOP/."; then
		mkdir "$TOP/var"
		return
	fi
	elsewhere=/var/lib/stoa/$(checkout_hash)
	say "The user $OWNER cannot reach this folder, so var is a link to $elsewhere."
	mkdir -p "$elsewhere" && ln -s "$elsewhere" "$TOP/var"
}

# A socket's path holds 107 bytes; a deep checkout gets a short folder for them.
make_run() {
	local short
	[ ! -d "$HERE/run/." ] || return 0
	if [ ${#HERE} -le 66 ]; then
		as_owner mkdir -m 0750 "$HERE/run"
		return
	fi
	short=/tmp/stoa-$(id -u "$OWNER")-$(checkout_hash)-$ENVIRONMENT
	as_owner mkdir -p -m 0700 "$short"
	[ ! -L "$short" ] && [ "$(stat -c '%U %a' "$short")" = "$OWNER 700" ] ||
		fail "$short is not ours: somebody else made it. Remove it, then run this again."
	as_owner ln -sfn "$short" "$HERE/run"
}

# The environment's folders, each made only where it is missing.
make_place() {
	local name
	make_user && make_var || return 1
	if [ ! -d "$HERE" ]; then
		find_place
		mkdir -p "$HERE" && chown "$OWNER:" "$HERE" || return 1
	fi
	if [ "$(id -u)" = 0 ] && [ "$(stat -c %U "$HERE")" = root ]; then
		chown "$OWNER:" "$HERE" || return 1
		if [ -f "$HERE/stoa.conf" ]; then chown "$OWNER:" "$HERE/stoa.conf" && chmod 0640 "$HERE/stoa.conf" || return 1; fi
	fi
	[ "$(stat -c %U "$HERE")" = "$OWNER" ] ||
		fail "$HERE belongs to $(stat -c %U "$HERE"). Run this as that user, or as root."
	make_run || return 1
	for name in log mail nginx redis; do
		[ -d "$HERE/$name" ] || as_owner mkdir -m 0750 "$HERE/$name" || return 1
	done
	[ -d "$APP" ] || mkdir "$APP" || return 1
	find_place
}

# The folders that stoa.conf of staging and prod names.
make_configured_place() {
	local folder state
	makes_servers && return 0
	find_place
	state=$(state_dir)
	for folder in "$RUN" "$state" "$state/nginx" "$LOG" "$state/mail"; do
		[ ! -d "$folder" ] || continue
		if [ "$(id -u)" = 0 ]; then
			install -d -m 0750 -o "$OWNER" -g "$(id -gn "$OWNER")" "$folder" || return 1
		else
			mkdir -p -m 0750 "$folder" || todo "Make $folder for the user $OWNER (as root), or set state_dir and run_dir in $CONFIG."
		fi
	done
}

# Ports that belong to root: nginx gets the right to bind them and nothing else of root's.
allow_ports() {
	local port least
	least=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)
	for port in $(setting global https_port) $(setting global http_port); do
		[ "$port" != 0 ] && [ "$port" -lt "$least" ] || continue
		[ "$(id -u)" = 0 ] || todo "Port $port is for root to give. Run this as root, or set another one in $CONFIG."
		OWNER_MAY=(--inh-caps=+net_bind_service --ambient-caps=+net_bind_service)
	done
}

# One `up`, `down` or `test` at a time in each environment; what it starts must not inherit the lock (9>&-).
take_lock() {
	exec 9>"$HERE/.lock" || fail "Cannot write in $HERE. Run this as $(stat -c %U "$HERE"), or as root."
	flock -n 9 && return 0
	say "Another scripts/stoa is at work in $ENVIRONMENT; waiting for it (interrupt to give up)."
	flock 9
}
