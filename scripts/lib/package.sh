# package.sh -- what is needed from Debian, and installing what is missing of it.

PACKAGES=(
	build-essential autoconf automake pkg-config perl # to build
	libfcgi-dev libpq-dev libjson-c-dev libjwt-dev libhiredis-dev libcurl4-openssl-dev libssl-dev libargon2-dev
	libcmocka-dev # to test
	nginx postgresql redis-server # to run
	ca-certificates curl jq openssl procps iproute2 # to look after it
)

packages_missing() {
	local name status
	declare -A installed=()
	while read -r name status; do
		[ "$status" = installed ] && installed[$name]=yes
	done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${PACKAGES[@]}" 2>/dev/null)
	for name in "${PACKAGES[@]}"; do
		[ -n "${installed[$name]:-}" ] || echo "$name"
	done
}

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Debian's packages start a server each when they are installed.  These are not wanted: ours are private.  Only
# for the time of this installation, only for what is not there yet, and never for a service that already runs.
packages_install() {
	local held='' made='' status
	export DEBIAN_FRONTEND=noninteractive
	if ! dpkg-query -W postgresql-common >/dev/null 2>&1 && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
		as_root mkdir -p /etc/postgresql-common
		echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
		made=yes
	fi
	if [ ! -e /usr/sbin/policy-rc.d ]; then
		printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
		as_root chmod 755 /usr/sbin/policy-rc.d
		held=yes
	fi
	as_root env DEBIAN_FRONTEND=noninteractive sh -c '
		apt-get update -qq &&
		apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "$@"' sh "$@" </dev/null
	status=$?
	[ -z "$held" ] || as_root rm -f /usr/sbin/policy-rc.d
	[ -z "$made" ] || as_root sed -i 's/^create_main_cluster.*/#create_main_cluster = true/' \
		/etc/postgresql-common/createcluster.conf
	services_leave_off "$@"
	return $status
}

# And they are not to start with the machine either.
services_leave_off() {
	local name
	command -v systemctl >/dev/null || return 0
	for name in "$@"; do
		case $name in
		nginx|redis-server) as_root systemctl disable -q "$name" 2>/dev/null ;;
		esac
	done
	return 0
}

need_packages() {
	local missing
	mapfile -t missing < <(packages_missing)
	[ ${#missing[@]} -gt 0 ] || return 0
	command -v apt-get >/dev/null ||
		todo "Missing here: ${missing[*]}. This is not Debian, so install them yourself, then run this again."
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null ||
			todo "Missing here: ${missing[*]}. Install them as root: apt-get install ${missing[*]}"
		# A password, if one is asked for, is asked for here and not behind the progress line.
		sudo -v || todo "Installing needs sudo. Or, as root: apt-get install ${missing[*]}"
	fi
	say "Installing from Debian: ${missing[*]}"
	step "packages" packages_install "${missing[@]}" ||
		todo "apt-get could not install them; its last lines are above. Mend that, then run this again."
}
