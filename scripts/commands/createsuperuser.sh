# createsuperuser: makes a user who may do everything, or makes one of an existing user.
#
# usage: scripts/stoa createsuperuser [--email MAIL] [--password-stdin] [--env ENV]
#
# Asks for what is not said. With --password-stdin the password is the first line of standard input. An existing user
# gets that password, and its sessions end.

ask_email() {
	[ -t 0 ] || wrong "Say the address: --email MAIL."
	read -rp 'E-mail address: ' email || exit 1
}

ask_password() {
	local again
	[ -t 0 ] || wrong "There is nobody to ask; write the password to standard input and say --password-stdin."
	read -rsp 'Password (12 characters at least): ' password || exit 1
	echo
	read -rsp 'The same again: ' again || exit 1
	echo
	[ "$password" = "$again" ] || wrong "The two are not the same; nothing was done."
}

command_createsuperuser() {
	local email='' password='' from_stdin=''
	while [ $# -gt 0 ]; do
		case $1 in
		--email) [ $# -gt 1 ] || wrong "--email wants an address."
			email=$2; shift ;;
		--email=*) email=${1#--email=} ;;
		--password-stdin) from_stdin=yes ;;
		*) wrong "createsuperuser knows no $1; see scripts/stoa createsuperuser --help." ;;
		esac
		shift
	done
	need_installed
	[ -n "$email" ] || ask_email
	if [ -n "$from_stdin" ]; then IFS= read -r password; else ask_password; fi
	printf '%s\n' "$password" | as_owner "$STOAD" --config "$CONFIG" --users create-super-user "$email"
}
