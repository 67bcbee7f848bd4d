-- The posting queue, and what becomes of it.  Everyone else only appends items; one leader, the poster, takes them in
-- their order, decides, and writes balances, transfers, holds and refusals in one transaction with their events.

CREATE TYPE ledger.kind AS ENUM ('payment', 'deposit', 'withdrawal', 'conversion', 'spread', 'hold', 'capture', 'void', 'expiry',
	'refund', 'freeze', 'unfreeze', 'close', 'floor');
CREATE TYPE ledger.hold_state AS ENUM ('held', 'captured', 'voided', 'expired');
GRANT USAGE ON TYPE ledger.kind, ledger.hold_state TO stoa_ledger;

CREATE TABLE ledger.item (
	number bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT item_pkey PRIMARY KEY,
	id uuid NOT NULL,
	kind ledger.kind NOT NULL,
	debit uuid NOT NULL,
	credit uuid NOT NULL,
	amount numeric(38,0) NOT NULL,
	"of" uuid NOT NULL,
	expires_at timestamptz NOT NULL,
	leg_kinds ledger.kind[],
	leg_debits uuid[],
	leg_credits uuid[],
	leg_amounts numeric[],
	CONSTRAINT item_amount_fits CHECK (kind IN ('void', 'expiry', 'freeze', 'unfreeze', 'close', 'floor') OR amount > 0)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
COMMENT ON TABLE ledger.item IS 'What is accepted and not decided; empty but for the last milliseconds.  Others only insert; the poster takes out.';
COMMENT ON COLUMN ledger.item."of" IS 'Of capture, void and expiry: the hold; of refund: what is refunded; zeroes otherwise.';
COMMENT ON COLUMN ledger.item.leg_amounts IS 'Linked transfers behind the first one: all of them are posted, or none is.';

CREATE TABLE ledger.transfer (
	position bigint NOT NULL CONSTRAINT transfer_pkey PRIMARY KEY,
	at timestamptz NOT NULL,
	debit uuid NOT NULL,
	credit uuid NOT NULL,
	item uuid NOT NULL,
	kind ledger.kind NOT NULL,
	leg smallint NOT NULL,
	amount numeric(38,0) NOT NULL CONSTRAINT transfer_amount_positive CHECK (amount > 0),
	debit_after numeric(38,0) NOT NULL,
	credit_after numeric(38,0) NOT NULL,
	CONSTRAINT transfer_between_two CHECK (debit <> credit)
);
COMMENT ON TABLE ledger.transfer IS 'Every movement of money once: out of debit, into credit.  One row for both sides, so all sums are zero.';
COMMENT ON COLUMN ledger.transfer.position IS 'Without a gap, in the order of posting; `at` never goes back.';
CREATE UNIQUE INDEX transfer_item ON ledger.transfer (item) WHERE leg = 0;
CREATE INDEX transfer_debit ON ledger.transfer (debit, position);
CREATE INDEX transfer_credit ON ledger.transfer (credit, position);
-- Few are anything but payments; those few are found without reading the payments between them.
CREATE INDEX transfer_debit_other ON ledger.transfer (debit, kind, position) WHERE kind <> 'payment';
CREATE INDEX transfer_credit_other ON ledger.transfer (credit, kind, position) WHERE kind <> 'payment';

CREATE FUNCTION ledger.transfer_stays()
RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RAISE EXCEPTION 'A transfer is never changed and never removed.' USING ERRCODE = 'ST409';
END
$$;
CREATE TRIGGER transfer_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.transfer
	FOR EACH STATEMENT EXECUTE FUNCTION ledger.transfer_stays();

CREATE TABLE ledger.result (
	item uuid NOT NULL CONSTRAINT result_pkey PRIMARY KEY,
	kind ledger.kind NOT NULL,
	debit uuid NOT NULL,
	credit uuid NOT NULL,
	reason text,
	decided_at timestamptz NOT NULL
);
COMMENT ON TABLE ledger.result IS 'Decisions that moved nothing: refusals, with their reason, and what else was done (reason NULL).  What moved money is in ledger.transfer, by its item.';
CREATE INDEX result_refused_debit ON ledger.result (debit, item) WHERE reason IS NOT NULL;
CREATE INDEX result_refused_credit ON ledger.result (credit, item) WHERE reason IS NOT NULL;

CREATE TABLE ledger.hold (
	item uuid NOT NULL CONSTRAINT hold_pkey PRIMARY KEY,
	debit uuid NOT NULL,
	credit uuid NOT NULL,
	amount numeric(38,0) NOT NULL,
	captured numeric(38,0) NOT NULL DEFAULT 0,
	state ledger.hold_state NOT NULL DEFAULT 'held',
	expiry_asked boolean NOT NULL DEFAULT false,
	held_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL,
	ended_at timestamptz NOT NULL DEFAULT 'infinity'
);
COMMENT ON TABLE ledger.hold IS 'Money that is promised: of debit, to credit, until it is captured (whole or in part), voided or expired.';
CREATE INDEX hold_due ON ledger.hold (expires_at) WHERE state = 'held' AND NOT expiry_asked;
CREATE INDEX hold_debit ON ledger.hold (debit, ended_at);
CREATE INDEX hold_credit ON ledger.hold (credit, ended_at);

CREATE TABLE ledger.refunded (
	item uuid NOT NULL CONSTRAINT refunded_pkey PRIMARY KEY,
	amount numeric(38,0) NOT NULL CONSTRAINT refunded_amount_positive CHECK (amount > 0)
);
COMMENT ON TABLE ledger.refunded IS 'How much of a payment has been given back; never more than was paid.';

CREATE TABLE ledger.head (
	single boolean NOT NULL DEFAULT true CONSTRAINT head_pkey PRIMARY KEY CONSTRAINT head_is_one CHECK (single),
	position bigint NOT NULL,
	at timestamptz NOT NULL
) WITH (fillfactor = 20);
COMMENT ON TABLE ledger.head IS 'The last position given, and when.';
INSERT INTO ledger.head (position, at) VALUES (0, '-infinity');

CREATE TABLE ledger.aside (
	number bigint NOT NULL CONSTRAINT aside_pkey PRIMARY KEY,
	item jsonb NOT NULL,
	put_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE ledger.aside IS 'Items that could not be decided, as they were in the queue; a person has to look.';

GRANT SELECT, DELETE ON ledger.item TO stoa_ledger;
GRANT SELECT, INSERT ON ledger.transfer, ledger.result, ledger.aside TO stoa_ledger;
GRANT SELECT, INSERT, UPDATE ON ledger.hold, ledger.refunded TO stoa_ledger;
GRANT SELECT, UPDATE ON ledger.head TO stoa_ledger;

CREATE FUNCTION ledger.item_add(ids uuid[], kinds text[], debits uuid[], credits uuid[], amounts numeric[], "of" uuid[],
	expire timestamptz[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO ledger.item (id, kind, debit, credit, amount, "of", expires_at)
	SELECT i.id, i.kind::ledger.kind, i.debit, i.credit, i.amount, i."of", i.expires_at
	  FROM unnest(item_add.ids, item_add.kinds, item_add.debits, item_add.credits, item_add.amounts, item_add."of",
		item_add.expire) WITH ORDINALITY AS i (id, kind, debit, credit, amount, "of", expires_at, place)
	 ORDER BY i.place;
END
$$;
COMMENT ON FUNCTION ledger.item_add(uuid[], text[], uuid[], uuid[], numeric[], uuid[], timestamptz[]) IS
	'Puts items in the posting queue, in the order of the lists; decided within milliseconds of COMMIT.  An id is used once and is what result_of() is asked for.  Zeroes for a credit, an "of", an amount that the kind has none of; expire counts for holds (infinity otherwise).  freeze, unfreeze, close, floor: debit is the account; of floor, amount is the new floor and may be negative.';

CREATE FUNCTION ledger.item_add_linked(id uuid, kind text, kinds text[], debits uuid[], credits uuid[], amounts numeric[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO ledger.item (id, kind, debit, credit, amount, "of", expires_at, leg_kinds, leg_debits, leg_credits, leg_amounts)
	VALUES (item_add_linked.id, item_add_linked.kind::ledger.kind, item_add_linked.debits[1], item_add_linked.credits[1],
		item_add_linked.amounts[1], '00000000-0000-0000-0000-000000000000', 'infinity',
		item_add_linked.kinds[2:]::ledger.kind[], item_add_linked.debits[2:], item_add_linked.credits[2:],
		item_add_linked.amounts[2:]);
END
$$;
COMMENT ON FUNCTION ledger.item_add_linked(uuid, text, text[], uuid[], uuid[], numeric[]) IS
	'One item of 2 to 8 linked transfers, all posted or none: a conversion (kind conversion: from wallet to liquidity, liquidity to wallet, spread).  kinds names each transfer''s; the first is the item''s.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
