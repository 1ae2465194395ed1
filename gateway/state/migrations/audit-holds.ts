// Legal holds: what of the audit is kept whatever its age, why, and by whom; lifted ones stay as a record.

export const auditHolds = `
CREATE TABLE portcullis.audit_hold (
  id uuid PRIMARY KEY,
  -- What it names: principal, session, resource, label, relation, since, until. Empty: everything.
  scope jsonb NOT NULL,
  reason text NOT NULL CHECK (reason <> ''),
  placed_by text NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  lifted_by text,
  lifted_at timestamptz,
  CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
`;

/** Every process knows at once that something is held, or no more. */
export const auditHoldNews = `
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON portcullis.audit_hold
  FOR EACH ROW EXECUTE FUNCTION portcullis.tell('audit_hold');
`;
