// The values with which a text compares labelled columns, as hashes: what budgets of probes count.
import { Fault } from '../../lib/index.ts';
import type { Statement } from '../../session/index.ts';
import { type ComparedValues, comparedValues, SyntaxRefusal } from '../../sql/index.ts';
import { isOf } from './labelled-cells.ts';
import { probedValues } from './probed-values.ts';
import { type Budget, countKey, type Spending } from './spending.ts';
import { type Answer, countedOf, hasBudgets } from './spendings.ts';

type ProbesBudget = Extract<Budget, { of: 'probes' }>;
type Column = Answer['facts']['columns'][number];
type Hash = (text: string) => string;

/** A Fault: which values they are can't be told, so that nobody could count them. */
export function probesOf(
  answers: readonly Answer[],
  statement: Statement,
  hash: Hash,
): readonly Spending[] | Fault {
  const spendings = new Map<string, Spending>();
  for (const [index, answer] of answers.entries()) {
    const { decision } = answer.decided;
    if (!hasBudgets(answer) || decision.effect === 'deny') continue;
    for (const budget of decision.limits?.budgets ?? []) {
      if (budget.of !== 'probes') continue;
      const values = valuesFor(budget, answer, index, { statement, hash });
      if (typeof values === 'string') return untold(budget, decision.rule, values);
      if (values.length > 0) add(spendings, budget, decision.rule, values);
    }
  }
  return [...spendings.values()];
}

function add(
  spendings: Map<string, Spending>,
  budget: ProbesBudget,
  rule: string,
  more: readonly string[],
): void {
  const counted = countedOf(budget);
  const key = countKey(counted);
  const known = spendings.get(key);
  const values = [...new Set([...(known?.values ?? []), ...more])];
  const strictest = known === undefined || budget.most < known.most ? { most: budget.most, rule } : known;
  spendings.set(key, {
    ...counted,
    most: strictest.most,
    rule: strictest.rule,
    amount: values.length,
    values,
  });
}

function untold({ label }: ProbesBudget, rule: string, because: string): Fault {
  const columns = label === undefined ? 'labelled columns' : `columns labelled "${label}"`;
  return new Fault('probes_not_told', { rule, columns, because });
}

/** Hashes of the values, or why they can't be told. */
function valuesFor(
  { label, most }: ProbesBudget,
  { facts }: Answer,
  index: number,
  { statement, hash }: Readonly<{ statement: Statement; hash: Hash }>,
): readonly string[] | string {
  // What a cursor fetches was compared when it was declared.
  if (facts.tag === 'FETCH' || facts.tag === 'MOVE' || facts.kind === 'prepare') return [];
  if (facts.opaque.length > 0) return 'nobody can tell what it does';
  const labelled = facts.columns.filter(({ labels }) => labels.some((own) => isOf(own, label)));
  if (labelled.length === 0) return [];
  const inside = labelled.find((column) => isComparedInFunction(column, facts));
  if (inside !== undefined) return 'a function that it calls compares them';
  const compared = labelled.filter(({ used }) => used.some((use) => use === 'predicate' || use === 'join'));
  const told = comparisonsOf(statement, index, labelled);
  if (told === undefined) return compared.length === 0 ? [] : 'its text does not say it';
  if (told.untold !== undefined) return told.untold;
  if (compared.length > 0 && !told.isCompared) return 'its text does not say it';
  const found = new Set<string>();
  for (const { column, value } of told.values) {
    const values = probedValues(value, statement);
    if (values === undefined) return 'a parameter is too large, or not of a known form';
    const name = columnsNamed(column, compared.length > 0 ? compared : labelled);
    for (const each of values) found.add(JSON.stringify([name, each]));
  }
  // More than that are refused, whichever they are.
  return [...found].slice(0, most + 1).map(hash);
}

/** A prepared statement runs often with the same text. */
const comparedBefore = new WeakMap<object, Map<string, ComparedValues>>();

function comparisonsOf(
  statement: Statement,
  index: number,
  labelled: readonly Column[],
): ComparedValues | undefined {
  const parsed = statement.parsed();
  const read = parsed === undefined || parsed instanceof SyntaxRefusal ? undefined : parsed[index];
  // What EXECUTE runs stands elsewhere.
  if (read === undefined || read.type === 'ExecuteStmt') return undefined;
  const names = labelled.map(({ name }) => name);
  const key = names.join('\0');
  const known = comparedBefore.get(read) ?? new Map<string, ComparedValues>();
  comparedBefore.set(read, known);
  const compared =
    known.get(key) ??
    comparedValues({ type: read.type, fields: read.node as Readonly<Record<string, unknown>> }, names);
  known.set(key, compared);
  return compared;
}

/** One whose name the statement has given it anew could be any of them. */
function columnsNamed(name: string, columns: readonly Column[]): string {
  const own = columns.filter((column) => column.name === name);
  return (own.length === 0 ? columns : own)
    .map((column) => `${column.schema}.${column.table}.${column.name}`)
    .sort()
    .join(' ');
}

function isComparedInFunction(column: Column, { relations }: Answer['facts']): boolean {
  if (!column.usedInside.some((use) => use === 'predicate' || use === 'join')) return false;
  return relations.some(
    ({ oid, through }) => oid === column.relation && through.some((step) => step.endsWith(')')),
  );
}
