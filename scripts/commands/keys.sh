# keys: the master secret: `keys new` makes a newer one, `keys rewrap` seals everything under it.
#
# usage: scripts/stoa keys new|rewrap [--env ENV]
#
# After `keys new`: `scripts/stoa migrate` (the roles' passwords follow the secret), `restart`, then `keys rewrap`.

command_keys() {
	[ "$*" = new ] || [ "$*" = rewrap ] || wrong "usage: scripts/stoa keys new|rewrap"
	need_installed
	as_owner "$STOAD" --config "$CONFIG" --keys "$1"
}
