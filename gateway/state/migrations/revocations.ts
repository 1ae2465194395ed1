// What was withdrawn: a principal, an access key, a token or a session, from when, until when, and by whom.

export const revocations = `
CREATE TABLE portcullis.revocation (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('principal', 'access_key', 'token', 'session')),
  -- The principal's name, the key's id, the token's jti or the session's id.
  value text NOT NULL CHECK (value <> ''),
  -- Absent: everywhere.
  resource text,
  reason text,
  revoked_by text NOT NULL,
  revoked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- From then on it has nothing to say any more. Absent: until somebody lifts it.
  expires_at timestamptz,
  lifted_by text,
  lifted_at timestamptz,
  CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
CREATE INDEX revocation_in_force ON portcullis.revocation (kind, value) WHERE lifted_at IS NULL;
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON portcullis.revocation
  FOR EACH ROW EXECUTE FUNCTION portcullis.tell('revocation');
`;
