# config: every setting in force and where it comes from; or one of them.
#
# usage: scripts/stoa config [--show] [--env ENV]
#        scripts/stoa config --get SECTION KEY
#        scripts/stoa config --check
#
# Secrets are masked. To change something, edit stoa.conf (its path is in the first line) and run
# `scripts/stoa reload`; settings that want a restart say so.

command_config() {
	need_installed
	case ${1:---show} in
	--show) "$STOAD" --config "$CONFIG" --show-config ;;
	--get) [ $# = 3 ] || wrong "usage: scripts/stoa config --get SECTION KEY"
		setting "$2" "$3" ;;
	--check) "$STOAD" --config "$CONFIG" --check ;;
	*) wrong "usage: scripts/stoa config [--show | --get SECTION KEY | --check]" ;;
	esac
}
