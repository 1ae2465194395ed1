// Event triggers: which of them the facts name, held against triggers that tell when they fire.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StatementFacts } from '../../../gateway/sql/index.ts';
import { type FactsStage, startFactsStage } from './stage.ts';

const schema = `
  CREATE TYPE shape AS (side int);
  CREATE TABLE of_shape OF shape;
  CREATE FUNCTION tell() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE '%', TG_EVENT; END$$;
  CREATE FUNCTION tell_grants() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'grants'; END$$;
  CREATE EVENT TRIGGER ddl_command_start ON ddl_command_start EXECUTE FUNCTION tell();
  CREATE EVENT TRIGGER ddl_command_end ON ddl_command_end EXECUTE FUNCTION tell();
  CREATE EVENT TRIGGER sql_drop ON sql_drop EXECUTE FUNCTION tell();
  CREATE EVENT TRIGGER table_rewrite ON table_rewrite EXECUTE FUNCTION tell();
  CREATE EVENT TRIGGER grants ON ddl_command_end WHEN TAG IN ('GRANT', 'REVOKE') EXECUTE FUNCTION tell_grants();
  CREATE EVENT TRIGGER never ON ddl_command_end EXECUTE FUNCTION tell();
  ALTER EVENT TRIGGER never DISABLE;`;

const define = ['ddl_command_end', 'ddl_command_start'];
const change = [...define, 'sql_drop'];
const rewrite = [...change, 'table_rewrite'];

const cases: readonly Readonly<{ statement: string; fires: readonly string[]; on?: 15 | 18 }>[] = [
  { statement: 'CREATE TABLE new (a int)', fires: define },
  { statement: 'CREATE TEMP TABLE new (a int)', fires: define },
  { statement: 'CREATE TABLE new AS SELECT 1', fires: define },
  { statement: 'SELECT 1 AS a INTO new', fires: define },
  { statement: 'CREATE VIEW new AS SELECT 1', fires: define },
  { statement: 'CREATE OR REPLACE VIEW narrow AS SELECT id, name FROM customers', fires: define },
  { statement: 'CREATE INDEX ON copies (a)', fires: define },
  { statement: 'CREATE SCHEMA new CREATE TABLE t (a int)', fires: define },
  { statement: 'CREATE FUNCTION new() RETURNS int LANGUAGE sql RETURN 1', fires: define },
  { statement: 'ALTER TABLE copies ADD COLUMN c int', fires: rewrite },
  { statement: 'ALTER TABLE orders ALTER COLUMN total TYPE int', fires: rewrite },
  { statement: 'ALTER TABLE orders DROP COLUMN note', fires: rewrite },
  { statement: 'ALTER TABLE copies RENAME TO others', fires: rewrite },
  { statement: 'ALTER TYPE shape ADD ATTRIBUTE more text CASCADE', fires: rewrite },
  { statement: 'ALTER DOMAIN pos DROP CONSTRAINT pos_check', fires: change },
  { statement: 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC', fires: change },
  { statement: 'DROP TABLE copies CASCADE', fires: change },
  { statement: 'DROP OWNED BY resolver', fires: change },
  { statement: 'REFRESH MATERIALIZED VIEW mv', fires: change },
  { statement: 'REINDEX TABLE customers', fires: [], on: 15 },
  { statement: 'REINDEX TABLE customers', fires: change, on: 18 },
  { statement: "COMMENT ON TABLE copies IS 'x'", fires: define },
  { statement: 'GRANT SELECT ON copies TO PUBLIC', fires: [...define, 'grants'] },
  { statement: 'REVOKE SELECT ON copies FROM PUBLIC', fires: [...define, 'grants'] },
  { statement: 'GRANT CONNECT ON DATABASE postgres TO PUBLIC', fires: [] },
  { statement: 'GRANT pg_monitor TO resolver', fires: [] },
  { statement: "COMMENT ON DATABASE postgres IS 'x'", fires: [] },
  { statement: "COMMENT ON ROLE resolver IS 'x'", fires: [] },
  { statement: 'CREATE ROLE new', fires: [] },
  { statement: 'ALTER ROLE resolver NOLOGIN', fires: [] },
  { statement: 'ALTER DATABASE postgres SET work_mem = 100', fires: [] },
  { statement: 'CREATE EVENT TRIGGER new ON sql_drop EXECUTE FUNCTION tell()', fires: [] },
  { statement: 'ALTER EVENT TRIGGER grants RENAME TO rights', fires: [] },
  { statement: 'REASSIGN OWNED BY resolver TO CURRENT_USER', fires: [] },
  { statement: 'TRUNCATE copies', fires: [] },
  { statement: 'LOCK TABLE copies', fires: [] },
  { statement: 'ANALYZE copies', fires: [] },
  { statement: 'CLUSTER customers USING customers_pkey', fires: [] },
  { statement: 'EXPLAIN ANALYZE CREATE TABLE new AS SELECT 1', fires: [] },
  { statement: "SET work_mem = '1MB'", fires: [] },
  { statement: "INSERT INTO copies VALUES ('a', 'b')", fires: [] },
  { statement: 'SELECT 1', fires: [] },
];

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: FactsStage;
  beforeAll(async () => {
    stage = await startFactsStage(version, schema);
  });
  afterAll(() => stage?.stop());

  const here = cases.filter(({ on = version }) => on === version);
  test.each(here)('$statement fires $fires', async ({ statement, fires }) => {
    const fired = await firedBy(stage, statement);
    const answer = await stage.facts(statement);
    const facts = answer.kind === 'facts' ? answer.statements : [];
    expect(facts.flatMap(triggersOf).sort()).toEqual([...fires].sort());
    expect(fires).toEqual(expect.arrayContaining([...fired]));
    // Those of grants have the same function behind two events.
    expect(facts.some(({ opaque }) => opaque.some(({ reason }) => reason === 'trigger'))).toBe(
      fires.length > 0,
    );
  });
});

const triggersOf = ({ functions }: StatementFacts): readonly string[] =>
  functions.flatMap(({ as, through: [first = ''] }) =>
    as === 'trigger' && first.startsWith('event trigger ') ? [first.slice('event trigger '.length)] : [],
  );

/** What the triggers tell while the server runs the statement, which then is rolled back. */
async function firedBy({ admin }: FactsStage, statement: string): Promise<ReadonlySet<string>> {
  const fired = new Set<string>();
  const note = ({
    message,
    severity,
  }: {
    message?: string | undefined;
    severity?: string | undefined;
  }): void => {
    if (severity === 'NOTICE' && /^(ddl_command_|sql_drop|table_rewrite|grants)/.test(message ?? ''))
      fired.add(message ?? '');
  };
  await admin.query('BEGIN');
  admin.on('notice', note);
  try {
    await admin.query(statement);
  } finally {
    admin.off('notice', note);
    await admin.query('ROLLBACK');
  }
  return fired;
}
