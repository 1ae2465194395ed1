// Access for a time: asked for, begun, extended, revoked. One that has to be approved follows its request.

export const grants = `
CREATE TABLE portcullis.access_grant (
  -- The same as its request's, where it has one.
  id uuid PRIMARY KEY,
  -- One that has ended stays active: its time says so.
  status text NOT NULL
    CHECK (status IN ('requested', 'active', 'denied', 'expired', 'withdrawn', 'revoked')),
  resource text NOT NULL,
  principal text NOT NULL,
  -- The policy's input for whoever asked, with whom it acts for.
  identity jsonb NOT NULL,
  -- As roles have them.
  rights jsonb NOT NULL,
  seconds int NOT NULL CHECK (seconds > 0),
  reason text NOT NULL,
  -- What made its owner eligible.
  eligible text,
  rule text NOT NULL,
  revision text NOT NULL,
  decision_id uuid NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  starts_at timestamptz,
  ends_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  words text,
  CHECK (status NOT IN ('active', 'revoked') OR (starts_at IS NOT NULL AND ends_at IS NOT NULL)),
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
);
CREATE INDEX access_grant_active ON portcullis.access_grant (ends_at) WHERE status = 'active';
CREATE INDEX access_grant_of_principal ON portcullis.access_grant (principal, requested_at);
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON portcullis.access_grant
  FOR EACH ROW EXECUTE FUNCTION portcullis.tell('grant');

-- The requests that a grant may last longer.
CREATE TABLE portcullis.extension (
  request_id uuid PRIMARY KEY REFERENCES portcullis.request,
  grant_id uuid NOT NULL REFERENCES portcullis.access_grant,
  ends_at timestamptz NOT NULL
);
CREATE INDEX extension_of_grant ON portcullis.extension (grant_id);

-- Whoever settles a request settles what it was for, in the same transaction.
CREATE FUNCTION portcullis.settle_access() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  at timestamptz := clock_timestamp();
BEGIN
  IF NEW.status = 'approved' THEN
    UPDATE portcullis.access_grant
      SET status = 'active', starts_at = at, ends_at = at + make_interval(secs => seconds)
      WHERE id = NEW.id AND status = 'requested';
    UPDATE portcullis.access_grant g SET ends_at = greatest(g.ends_at, x.ends_at)
      FROM portcullis.extension x
      WHERE x.request_id = NEW.id AND g.id = x.grant_id AND g.status = 'active' AND g.ends_at > at;
  ELSE
    UPDATE portcullis.access_grant SET status = NEW.status, words = NEW.words
      WHERE id = NEW.id AND status = 'requested';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER settle_access AFTER UPDATE ON portcullis.request FOR EACH ROW
  WHEN (NEW.kind = 'access' AND OLD.status = 'pending' AND NEW.status <> 'pending')
  EXECUTE FUNCTION portcullis.settle_access();
`;
