# openapi: prints the API's description (OpenAPI 3.1), as /openapi.json serves it.
#
# usage: scripts/stoa openapi >openapi.json

command_openapi() {
	need_installed
	"$STOAD" --openapi
}
