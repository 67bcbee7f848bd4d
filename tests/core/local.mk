include tests/core/client.mk
include tests/core/database.mk
include tests/core/ground.mk
include tests/core/ledger.mk
include tests/core/script.mk
include tests/core/trust.mk
include tests/core/web.mk
include tests/core/work.mk
