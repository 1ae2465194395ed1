// What the answer of a text may come to by the limits of its decisions, where its facts don't tell that it stays within.
import { Fault } from '../../lib/index.ts';
import type { Decision } from '../../policy/index.ts';
import type { AnswerLimits } from '../../session/index.ts';
import type { StatementFacts, StatementKind } from '../../sql/index.ts';

type Limited = Readonly<{ decided: Readonly<{ decision: Decision }>; facts: StatementFacts }>;

/** What they return are rows of tables, and no plan, setting or message. */
const returning: ReadonlySet<StatementKind> = new Set<StatementKind>([
  'select',
  'insert',
  'update',
  'delete',
  'merge',
  'copy',
  'call',
  'cursor',
  'execute',
]);

/** Definitions that take rows from a query. */
const fillingTags: ReadonlySet<string> = new Set([
  'CREATE TABLE AS',
  'SELECT INTO',
  'CREATE MATERIALIZED VIEW',
  'REFRESH MATERIALIZED VIEW',
]);

/** Undefined where nothing is to be counted, which costs nothing then. */
export function answerLimitsOf(all: readonly Limited[]): AnswerLimits | undefined {
  let rows: AnswerLimits['rows'];
  let affected: AnswerLimits['affected'];
  for (const { decided, facts } of all) {
    const { decision } = decided;
    if (decision.effect === 'deny' || decision.limits === undefined) continue;
    const { max_rows: maxRows, max_affected_rows: maxAffected } = decision.limits;
    if (maxRows !== undefined && mayReturn(facts, maxRows)) {
      const over = rows?.over === 'error' ? 'error' : (decision.limits.on_max_rows ?? 'error');
      if (rows === undefined || maxRows < rows.most || over !== rows.over)
        rows = rowLimit(decision, Math.min(maxRows, rows?.most ?? maxRows), over);
    }
    if (maxAffected !== undefined && mayChange(facts, maxAffected)) {
      if (affected === undefined || maxAffected < affected.most)
        affected = affectedLimit(decision, maxAffected);
    }
  }
  if (rows === undefined && affected === undefined) return undefined;
  const readOnly = all.every(({ facts }) => facts.readOnly);
  return {
    readOnly,
    ...(rows === undefined ? {} : { rows }),
    ...(affected === undefined ? {} : { affected }),
  };
}

const mayReturn = ({ kind, limit }: StatementFacts, most: number): boolean =>
  returning.has(kind) && (limit === undefined || limit > most);

/** Whether it could change more rows than that, as far as it can be told before it runs. */
export function mayChange(facts: StatementFacts, most: number): boolean {
  if (facts.readOnly) return false;
  const { opaque, writes, kind, tag } = facts;
  if (opaque.length > 0 || fillingTags.has(tag) || (kind === 'explain' && writes.length > 0)) return true;
  return writes.reduce((sum, write) => sum + atMost(write), 0) > most;
}

/** It could, and nothing tells how many: TRUNCATE says nothing of rows, and definitions run by themselves. */
export function isUncountable(facts: StatementFacts, most: number): boolean {
  if (!mayChange(facts, most)) return false;
  if (facts.writes.some(({ action }) => action === 'truncate')) return true;
  const { kind, tag } = facts;
  return !returning.has(kind) && !runsOthers.has(kind) && !fillingTags.has(tag);
}

const runsOthers: ReadonlySet<StatementKind> = new Set<StatementKind>(['do', 'explain', 'prepare']);

/** How many rows a write can change, told before it runs. */
function atMost({ action, rowFilter, rows }: StatementFacts['writes'][number]): number {
  if (action === 'insert') return rows ?? Number.POSITIVE_INFINITY;
  return rowFilter === 'key_equality' ? 1 : Number.POSITIVE_INFINITY;
}

function rowLimit(decision: Decision, most: number, over: 'error' | 'cut'): AnswerLimits['rows'] {
  const code = over === 'cut' ? 'rows_cut' : 'too_many_rows';
  return { most, over, fault: withHint(new Fault(code, { rule: decision.rule, most }), decision) };
}

const affectedLimit = (decision: Decision, most: number): NonNullable<AnswerLimits['affected']> => ({
  most,
  fault: (counted) =>
    withHint(new Fault('too_many_affected_rows', { rule: decision.rule, most, counted }), decision),
});

function withHint(fault: Fault, { hint }: Decision): Fault {
  fault.hint = hint ?? fault.hint;
  return fault;
}
