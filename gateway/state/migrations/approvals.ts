// Requests for approval, the votes on them, and what was approved.

export const approvals = `
-- Whoever has this topic's listeners hears which row changed, when it is committed.
CREATE FUNCTION portcullis.tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_catalog.pg_notify('portcullis', TG_ARGV[0] || ':' || NEW.id);
  RETURN NULL;
END $$;

-- The processes that hold statements. One that was not heard of until its time is gone, with its sessions.
CREATE TABLE portcullis.process (
  id uuid PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  alive_until timestamptz NOT NULL
);

CREATE TABLE portcullis.request (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('statement', 'commit', 'access')),
  status text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'approved', 'denied', 'expired', 'withdrawn')),
  resource text NOT NULL,
  principal text NOT NULL,
  -- The policy's input for whoever asks, with whom it acts for.
  identity jsonb NOT NULL,
  -- Absent for what no session waits for.
  process_id uuid,
  session_id text,
  rule text NOT NULL,
  revision text NOT NULL,
  decision_id uuid NOT NULL,
  -- Why the policy asks, and why the requester does.
  reason text,
  purpose text,
  -- What approvers are shown: the statement, its facts in words, what it is expected to change.
  shown jsonb NOT NULL,
  -- What the policy is asked about again when an approver answers.
  facts jsonb NOT NULL,
  terms jsonb NOT NULL,
  -- What an approval will hold for.
  binding bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  settled_at timestamptz,
  -- Of whoever refused, or why it ended otherwise.
  words text,
  CHECK ((status = 'pending') = (settled_at IS NULL))
);
CREATE INDEX request_pending ON portcullis.request (expires_at) WHERE status = 'pending';
CREATE INDEX request_of_principal ON portcullis.request (principal, created_at);
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON portcullis.request
  FOR EACH ROW EXECUTE FUNCTION portcullis.tell('request');

CREATE TABLE portcullis.vote (
  request_id uuid NOT NULL REFERENCES portcullis.request,
  approver text NOT NULL,
  approves boolean NOT NULL,
  weight int NOT NULL CHECK (weight > 0),
  words text,
  identity jsonb NOT NULL,
  decision_id uuid NOT NULL,
  voted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (request_id, approver)
);

-- What may run, and how often still. It comes from a request that was approved.
CREATE TABLE portcullis.approval (
  id uuid PRIMARY KEY REFERENCES portcullis.request,
  resource text NOT NULL,
  principal text NOT NULL,
  scope text NOT NULL CHECK (scope IN ('statement', 'shape', 'session', 'window')),
  -- Of the one session that it is for.
  session_id text,
  binding bytea NOT NULL,
  uses_left int NOT NULL CHECK (uses_left >= 0),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX approval_for ON portcullis.approval (principal, resource, binding) WHERE uses_left > 0;
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON portcullis.approval
  FOR EACH ROW EXECUTE FUNCTION portcullis.tell('approval');

-- Each time that something ran by an approval, written before it did.
CREATE TABLE portcullis.use (
  approval_id uuid NOT NULL REFERENCES portcullis.approval,
  process_id uuid NOT NULL,
  session_id text NOT NULL,
  decision_id uuid NOT NULL,
  used_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX use_of_approval ON portcullis.use (approval_id);
`;
