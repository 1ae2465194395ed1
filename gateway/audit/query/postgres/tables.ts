// Where the audit is in PostgreSQL, and the indexes by which it is asked: the sink's set-up makes them, questions count on them.
//
// What events share is apart, as in the journal: a subject is stored once a day, so that ten million events take a few
// gigabytes, and whoever asks about a column finds the few subjects that touch it first, and then their events.

export const auditSchema = 'portcullis_audit';

/** Both partitioned by day, so that a day is dropped as a whole. */
export const tablesSql = `CREATE SCHEMA IF NOT EXISTS ${auditSchema};

CREATE TABLE IF NOT EXISTS ${auditSchema}.events (
  time timestamptz NOT NULL,
  chain text NOT NULL,
  seq bigint NOT NULL,
  type text NOT NULL,
  session text,
  statement text,
  principal text,
  rule text,
  decision text,
  subjects text[] NOT NULL DEFAULT '{}',
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

/** On the partitioned tables: each partition gets its own. */
export const indexesSql = `CREATE INDEX IF NOT EXISTS events_by_time ON ${auditSchema}.events USING brin (time);
CREATE INDEX IF NOT EXISTS events_by_principal ON ${auditSchema}.events (principal, time) WHERE principal IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_by_session ON ${auditSchema}.events (session, time) WHERE session IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_by_subject ON ${auditSchema}.events USING gin (subjects);
CREATE INDEX IF NOT EXISTS events_by_statement ON ${auditSchema}.events (statement) WHERE statement IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_by_decision ON ${auditSchema}.events (decision) WHERE decision IS NOT NULL;
CREATE INDEX IF NOT EXISTS refusals ON ${auditSchema}.events (time, rule) WHERE type IN ('statement.refused', 'session.refused');
CREATE INDEX IF NOT EXISTS approvals ON ${auditSchema}.events (time) WHERE type LIKE 'approval.%';
CREATE INDEX IF NOT EXISTS subjects_by_column ON ${auditSchema}.subjects USING gin (columns);
CREATE INDEX IF NOT EXISTS subjects_by_label ON ${auditSchema}.subjects USING gin (labels);
`;
