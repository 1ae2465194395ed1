// The SQL that makes a database ready for the audit: tables by day, and a role that adds events and does nothing else.
import { auditSchema, indexesSql, tablesSql } from '../../query/postgres/tables.ts';

export type SetUp = Readonly<{
  /** That the sink logs in as. */
  role: string;
  database: string;
}>;

/** Partitions are made for so many days from today, whenever the sink looks. */
export const daysAhead = 7;

/**
 * What the functions do is done with the rights of whoever runs this SQL: the sink's role can make a day's partition,
 * and ask whether an event with this very hash is there, without any right of its own to tables or to what is in them.
 */
export const setUpSql = ({
  role,
  database,
}: SetUp): string => `-- Run it as the owner of the database ${database}, for example:
--   psql -d ${database} -v ON_ERROR_STOP=1 -1 -f THIS_FILE
-- It can be run again; nothing is lost by that. The role gets its password apart from this:
--   \\password ${role}

DO $do$ BEGIN
  CREATE ROLE ${quoted(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT;
EXCEPTION WHEN duplicate_object THEN NULL;
END $do$;

${tablesSql}
${indexesSql}
-- A day has a partition of each table. Making one doesn't wait for whoever reads the others.
CREATE OR REPLACE FUNCTION ${auditSchema}.prepare(first date, last date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  day date;
  part text;
  made integer := 0;
BEGIN
  IF last - first > 400 THEN
    RAISE EXCEPTION 'that is more than 400 days';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('${auditSchema}.prepare'));
  FOR day IN SELECT generate_series(first, last, interval '1 day')::date LOOP
    part := 'events_' || to_char(day, 'YYYYMMDD');
    IF to_regclass(format('${auditSchema}.%I', part)) IS NULL THEN
      EXECUTE format('CREATE TABLE ${auditSchema}.%I (LIKE ${auditSchema}.events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
      EXECUTE format('ALTER TABLE ${auditSchema}.events ATTACH PARTITION ${auditSchema}.%I FOR VALUES FROM (%L) TO (%L)',
        part, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
      made := made + 1;
    END IF;
    part := 'subjects_' || to_char(day, 'YYYYMMDD');
    IF to_regclass(format('${auditSchema}.%I', part)) IS NULL THEN
      EXECUTE format('CREATE TABLE ${auditSchema}.%I (LIKE ${auditSchema}.subjects INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
      EXECUTE format('ALTER TABLE ${auditSchema}.subjects ATTACH PARTITION ${auditSchema}.%I FOR VALUES FROM (%L) TO (%L)',
        part, day, day + 1);
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $function$;

-- How many of these events, and of the subjects that they name, are not there as they were sent.
CREATE OR REPLACE FUNCTION ${auditSchema}.missing(
  chain text, times timestamptz[], seqs bigint[], hashes text[], days date[], subjects text[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
  SELECT
    (SELECT count(*) FROM unnest($2, $3, $4) AS sent(time, seq, hash)
     WHERE NOT EXISTS (SELECT FROM ${auditSchema}.events AS there
                       WHERE there.chain = $1 AND there.seq = sent.seq AND there.time = sent.time
                         AND there.event ->> 'hash' = sent.hash))
  + (SELECT count(*) FROM unnest($5, $6) AS sent(day, hash)
     WHERE NOT EXISTS (SELECT FROM ${auditSchema}.subjects AS there
                       WHERE there.day = sent.day AND there.hash = sent.hash));
$function$;

SELECT ${auditSchema}.prepare(current_date - 1, current_date + ${daysAhead});

REVOKE ALL ON SCHEMA ${auditSchema} FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA ${auditSchema} FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ${auditSchema} FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA ${auditSchema} FROM ${quoted(role)};

GRANT CONNECT ON DATABASE ${quoted(database)} TO ${quoted(role)};
GRANT USAGE ON SCHEMA ${auditSchema} TO ${quoted(role)};
GRANT INSERT ON ${auditSchema}.events, ${auditSchema}.subjects TO ${quoted(role)};
GRANT EXECUTE ON FUNCTION ${auditSchema}.prepare(date, date) TO ${quoted(role)};
GRANT EXECUTE ON FUNCTION ${auditSchema}.missing(text, timestamptz[], bigint[], text[], date[], text[]) TO ${quoted(role)};
`;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
