// The statements of the sink. No column is read, so that a role may run them that reads nothing.
import { auditSchema } from '../../query/postgres/tables.ts';

/** Counts what was new; one statement, and so one round trip that is kept as a whole or not at all. */
export const insertSql = `WITH new_subjects AS (
  INSERT INTO ${auditSchema}.subjects (day, hash, columns, labels, relations, subject)
  SELECT day, hash, ARRAY(SELECT jsonb_array_elements_text(columns::jsonb)),
    ARRAY(SELECT jsonb_array_elements_text(labels::jsonb)),
    ARRAY(SELECT jsonb_array_elements_text(relations::jsonb)), subject::jsonb
  FROM unnest($12::date[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[])
    AS row(day, hash, columns, labels, relations, subject)
  ON CONFLICT DO NOTHING RETURNING 1
), new_events AS (
  INSERT INTO ${auditSchema}.events
    (chain, time, seq, type, session, statement, principal, rule, decision, shape, event)
  SELECT $1, time, seq, type, session, statement, principal, rule, decision, shape, event::jsonb
  FROM unnest($2::timestamptz[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[])
    AS row(time, seq, type, session, statement, principal, rule, decision, shape, event)
  ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM new_subjects)::int AS subjects, (SELECT count(*) FROM new_events)::int AS events`;

export const missingSql = `SELECT ${auditSchema}.missing($1, $2, $3, $4, $5, $6)::int AS missing`;

export const prepareSql = `SELECT ${auditSchema}.prepare($1, $2)`;

/** What the role may do beyond adding, and whether what the server acknowledges is on its disk. */
export const standingSql = `SELECT
  (SELECT coalesce(bool_or(has_table_privilege(format('${auditSchema}.%I', name), right_to)), false)
   FROM unnest(ARRAY['events', 'subjects']) AS name,
     unnest(ARRAY['SELECT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS right_to) AS may_more,
  current_setting('fsync') = 'on' AS is_durable`;

/** The role's own setting may let the server acknowledge what a crash of it would lose. */
export const durableSql = `SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') IN ('off', 'local')`;
