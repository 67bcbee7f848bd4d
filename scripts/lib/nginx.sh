# nginx.sh -- the private nginx: its certificate, its configuration (written by stoad), and asking it to reload.

CERTIFICATE_DAYS=820

# Where the certificate is: the configured one, or our own.
certificate_path() {
	local path
	path=$(setting global certificate 2>/dev/null)
	echo "${path:-$(state_dir)/nginx/self-signed.pem}"
}

# A certificate for this machine, signed by itself: what a client is given to trust is the file itself.
certificate_make() {
	local folder name names=DNS:localhost,IP:127.0.0.1,IP:::1
	[ -z "$(setting global certificate)" ] || return 0
	folder=$(state_dir)/nginx
	[ ! -s "$folder/self-signed.pem" ] || return 0
	for name in "$(hostname 2>/dev/null)" "$(public_host)"; do
		case $name in
		''|localhost|*[!A-Za-z0-9.-]*) ;;
		*) names=$names,DNS:$name ;;
		esac
	done
	as_owner sh -c 'umask 077; cd "$1" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 \
		-days "$2" -subj /CN=localhost -addext "subjectAltName=$3" -addext basicConstraints=critical,CA:FALSE \
		-addext keyUsage=critical,digitalSignature -addext extendedKeyUsage=serverAuth \
		-keyout self-signed.key -out self-signed.new 2>/dev/null && chmod 644 self-signed.new && chmod 640 self-signed.key &&
		mv self-signed.new self-signed.pem' sh "$folder" "$CERTIFICATE_DAYS" "$names"
}

public_host() { setting global public_url | sed -E 's,^https?://,,; s,[:/].*$,,'; }

# nginx always runs with these: nothing of Debian's own configuration, logs or folders.
nginx_command_line() {
	printf '%s' "nginx -p $(state_dir)/nginx/ -c $HERE/nginx/nginx.conf -e $(state_dir)/log/nginx-error.log"
}

# Written anew only where it differs.
nginx_configure() {
	certificate_make || return 1
	as_owner "$STOAD" --config "$CONFIG" --nginx "$HERE/nginx" >/dev/null || return 1
	# shellcheck disable=SC2046
	as_owner $(nginx_command_line) -t -q
}
