// Where the audit is in PostgreSQL, and the indexes by which it is asked: the sink's set-up makes them, questions count on them.
//
// What events share is apart, as in the journal: a subject is stored once a day, so that ten million events take a few
// gigabytes, and whoever asks about a column finds the few subjects that touch it first, and then their events.

export const auditSchema = 'portcullis_audit';

/** Both partitioned by day, so that a day is dropped as a whole. What stands in `shape` is the subject `statement`. */
export const tablesSql = `CREATE SCHEMA IF NOT EXISTS ${auditSchema};

CREATE TABLE IF NOT EXISTS ${auditSchema}.events (
  time timestamptz NOT NULL,
  seq bigint NOT NULL,
  chain text NOT NULL,
  type text NOT NULL,
  session text,
  statement text,
  principal text,
  rule text,
  decision text,
  shape text,
  event jsonb NOT NULL,
  PRIMARY KEY (chain, seq, time)
) PARTITION BY RANGE (time);

CREATE TABLE IF NOT EXISTS ${auditSchema}.subjects (
  day date NOT NULL,
  hash text NOT NULL,
  columns text[] NOT NULL DEFAULT '{}',
  labels text[] NOT NULL DEFAULT '{}',
  relations text[] NOT NULL DEFAULT '{}',
  subject jsonb NOT NULL,
  PRIMARY KEY (day, hash)
) PARTITION BY RANGE (day);
`;

/** What was approved, and what ran by it: the condition of an index, and of the questions that use it. */
export const isApproval = `(type LIKE 'approval.%' OR event ? 'approval')`;
/** Of what was refused. */
export const isRefusal = `(type IN ('statement.refused', 'session.refused'))`;

/** The outcome of a statement that was let through, and didn't run all the same. */
export const isNotRun = `(type = 'statement.outcome' AND event -> 'outcome' ->> 'state' IN ('skipped', 'refused'))`;

/**
 * On the partitioned tables: each partition gets its own. Where equal keys are many and no order is asked for, the time
 * is left out: then PostgreSQL keeps each key once.
 */
export const indexesSql = `CREATE INDEX IF NOT EXISTS events_by_time ON ${auditSchema}.events (time);
CREATE INDEX IF NOT EXISTS events_by_principal ON ${auditSchema}.events (principal, time) INCLUDE (type, rule) WHERE principal IS NOT NULL;
CREATE INDEX IF NOT EXISTS statements_by_shape ON ${auditSchema}.events (shape, time) INCLUDE (principal, type, statement) WHERE shape IS NOT NULL;
CREATE INDEX IF NOT EXISTS not_run ON ${auditSchema}.events ((event -> 'outcome' ->> 'state'), time) INCLUDE (statement) WHERE ${isNotRun};
CREATE INDEX IF NOT EXISTS events_by_session ON ${auditSchema}.events (session) WHERE session IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_by_statement ON ${auditSchema}.events (statement) WHERE statement IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_by_decision ON ${auditSchema}.events (decision) WHERE decision IS NOT NULL;
CREATE INDEX IF NOT EXISTS refusals ON ${auditSchema}.events (time) INCLUDE (rule, principal) WHERE ${isRefusal};
CREATE INDEX IF NOT EXISTS refusals_by_rule ON ${auditSchema}.events (rule, time) INCLUDE (principal) WHERE ${isRefusal};
CREATE INDEX IF NOT EXISTS approvals ON ${auditSchema}.events (time) WHERE ${isApproval};
CREATE INDEX IF NOT EXISTS approvals_by_id ON ${auditSchema}.events ((event -> 'approval' ->> 'id')) WHERE ${isApproval};
CREATE INDEX IF NOT EXISTS approvals_by_requester ON ${auditSchema}.events ((event -> 'approval' ->> 'requester'), time) WHERE ${isApproval};
CREATE INDEX IF NOT EXISTS subjects_by_column ON ${auditSchema}.subjects USING gin (columns);
CREATE INDEX IF NOT EXISTS subjects_by_label ON ${auditSchema}.subjects USING gin (labels);
CREATE INDEX IF NOT EXISTS subjects_by_relation ON ${auditSchema}.subjects USING gin (relations);
-- What the one above with the same beginning has taken the place of.
DROP INDEX IF EXISTS ${auditSchema}.events_by_shape;
`;
