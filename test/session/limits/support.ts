// A guard whose limits stand in the statements themselves, as comments: `rows 3`, `cut 3`, `affected 3`, `reads`.
import { Fault } from '../../../gateway/lib/index.ts';
import { type AnswerLimits, allow, type Effect, type Statement } from '../../../gateway/session/index.ts';
import { maskAsWritten } from '../masking/support.ts';

const LIMIT = /\/\*(rows|cut|affected) (\d+)\*\//g;

export function limitsOf(text: string): AnswerLimits | undefined {
  const found = [...text.matchAll(LIMIT)].map(([, what, most]) => [what, Number(most)] as const);
  if (found.length === 0) return undefined;
  let limits: AnswerLimits = { readOnly: text.includes('/*reads*/') };
  for (const [what, most] of found) {
    const parameters = { rule: 'the.rule', most };
    if (what === 'affected') {
      const fault = (counted: number) => new Fault('too_many_affected_rows', { ...parameters, counted });
      limits = { ...limits, affected: { most, fault } };
    } else {
      const over = what === 'cut' ? 'cut' : 'error';
      const fault = new Fault(over === 'cut' ? 'rows_cut' : 'too_many_rows', parameters);
      limits = { ...limits, rows: { most, over, fault } };
    }
  }
  return limits;
}

/** Limits, and masks as the tests of masks write them. */
export function limitAsWritten(statement: Pick<Statement, 'text'>): Effect {
  const limits = limitsOf(statement.text ?? '');
  const effect = maskAsWritten(statement);
  return limits === undefined || effect.kind === 'deny' ? effect : { ...effect, limits };
}

export const unlimited = (): Effect => allow;

/** Tables for what changes rows, and what changes others with them. */
export const schema = `CREATE TABLE t (id int PRIMARY KEY, name text);
INSERT INTO t SELECT g, 'name ' || g FROM generate_series(1, 10) g;
CREATE TABLE child (id int PRIMARY KEY, t int REFERENCES t ON DELETE CASCADE ON UPDATE CASCADE);
INSERT INTO child SELECT g, 10 FROM generate_series(1, 5) g;
CREATE TABLE log (what text);
CREATE TABLE watched (id int);
INSERT INTO watched SELECT generate_series(1, 3);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log SELECT 'x' FROM generate_series(1, 4); RETURN NULL; END $$;
CREATE TRIGGER watched_changes AFTER INSERT OR UPDATE OR DELETE ON watched FOR EACH ROW EXECUTE FUNCTION note();
CREATE TABLE late (id int, ok boolean);
CREATE FUNCTION check_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT NEW.ok THEN RAISE EXCEPTION 'late row is not ok'; END IF; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER late_check AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_late();
CREATE FUNCTION writes(n int) RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log SELECT 'f' FROM generate_series(1, n); RETURN QUERY SELECT generate_series(1, n); END $$;
CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; COMMIT; END $$;
CREATE PROCEDURE deletes(n int) LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t WHERE id <= n; END $$;
CREATE FUNCTION empties() RETURNS int LANGUAGE plpgsql AS $$ BEGIN TRUNCATE log; RETURN 1; END $$;
CREATE MATERIALIZED VIEW seen AS SELECT id FROM t`;
