# keys: the secrets: `keys new` makes a newer master secret, `keys rewrap` seals under it, `keys rotate` renews token keys.
#
# usage: scripts/stoa keys new|rewrap|rotate [--env ENV]
#
# After `keys new`: `scripts/stoa migrate` (the roles' passwords follow the secret), `restart`, then `keys rewrap`.
# `keys rotate` needs nothing else: the new key is published at once and signs a quarter of an hour later, the present one
# is believed for an hour more.

command_keys() {
	case $* in new|rewrap|rotate) ;; *) wrong "usage: scripts/stoa keys new|rewrap|rotate" ;; esac
	need_installed
	as_owner "$STOAD" --config "$CONFIG" --keys "$1"
}
