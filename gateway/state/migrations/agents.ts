// The agents that are registered, and their access keys. What is deleted stays as a record, and its name refused.

export const agents = `
CREATE TABLE portcullis.agent (
  id uuid PRIMARY KEY,
  -- The principal.
  name text NOT NULL UNIQUE,
  -- As schemas/agents.schema.json has it.
  registration jsonb NOT NULL,
  registered_by text NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  suspended_by text,
  suspended_because text,
  deleted_by text,
  deleted_at timestamptz,
  CHECK ((deleted_by IS NULL) = (deleted_at IS NULL))
);
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON portcullis.agent
  FOR EACH ROW EXECUTE FUNCTION portcullis.tell('agent');

CREATE TABLE portcullis.agent_key (
  -- What it logs in as.
  id text PRIMARY KEY,
  agent_id uuid NOT NULL REFERENCES portcullis.agent,
  -- PostgreSQL's form of a SCRAM verifier; the secret is kept nowhere.
  verifier text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz,
  revoked_by text,
  revoked_at timestamptz,
  CHECK ((revoked_by IS NULL) = (revoked_at IS NULL))
);
CREATE INDEX agent_key_of_agent ON portcullis.agent_key (agent_id);
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON portcullis.agent_key
  FOR EACH ROW EXECUTE FUNCTION portcullis.tell('agent');
`;
