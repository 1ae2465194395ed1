// The differential with pgsql-ast-parser: what another grammar sees in a text, the facts must have as well.
import { astVisitor, type Statement as Other, parse } from 'pgsql-ast-parser';
import type { StatementFacts } from '../../gateway/sql/index.ts';
import type { Candidate } from './candidates.ts';
import { Counter, type Finding, type PartResult } from './findings.ts';
import type { FactsReader } from './reader.ts';

const part = 'second grammar';

type Seen = Readonly<{ kind: string; tables: ReadonlySet<string>; writeHasFilter: boolean | undefined }>;

export async function compareGrammars(
  reader: FactsReader,
  candidates: readonly Candidate[],
): Promise<PartResult> {
  const counter = new Counter();
  const failures: Finding[] = [];
  for (const { text, parameterTypes } of candidates) {
    const seen = look(text);
    if (seen === undefined) {
      counter.add('read by one grammar only');
      continue;
    }
    const facts = await reader.readOne(text, parameterTypes);
    if (facts?.opaque.some(({ reason }) => reason === 'unresolved')) {
      counter.add('opaque');
      continue;
    }
    const problem = facts === undefined ? undefined : disagreement(seen, facts, reader);
    counter.add(facts === undefined ? 'refused by the server' : problem === undefined ? 'agree' : 'disagree');
    if (problem !== undefined) failures.push({ part, what: problem, text });
  }
  return { part, counts: counter.counts, failures, notes: [] };
}

const data = new Set(['select', 'insert', 'update', 'delete']);

function look(text: string): Seen | undefined {
  let statements: readonly Other[];
  try {
    statements = parse(text);
  } catch {
    return undefined;
  }
  const [statement] = statements;
  if (statement === undefined || statements.length > 1) return undefined;
  const kind = kindOf(statement);
  return data.has(kind)
    ? { kind, tables: tablesOf(statement), writeHasFilter: filterOf(statement) }
    : undefined;
}

function kindOf(statement: Other): string {
  if (statement.type === 'with' || statement.type === 'with recursive') return kindOf(statement.in as Other);
  return ['union', 'union all', 'values'].includes(statement.type) ? 'select' : statement.type;
}

/** The tables that are named, names of CTEs apart. */
function tablesOf(statement: Other): ReadonlySet<string> {
  const named: { schema?: string; name: string }[] = [];
  const ctes = new Set<string>();
  astVisitor((visitor) => ({
    tableRef: (table) => {
      named.push(table);
      visitor.super().tableRef(table);
    },
    with: (each) => {
      for (const { alias } of each.bind) ctes.add(alias.name);
      visitor.super().with(each);
    },
    withRecursive: (each) => {
      ctes.add(each.alias.name);
      visitor.super().withRecursive(each);
    },
  })).statement(statement);
  const tables = named.filter(({ schema, name }) => schema !== undefined || !ctes.has(name));
  return new Set(tables.map(({ schema, name }) => (schema === undefined ? name : `${schema}.${name}`)));
}

function filterOf(statement: Other): boolean | undefined {
  if (statement.type === 'with' || statement.type === 'with recursive')
    return filterOf(statement.in as Other);
  if (statement.type === 'update' || statement.type === 'delete')
    return statement.where !== undefined && statement.where !== null;
  return undefined;
}

function disagreement(
  seen: Seen,
  facts: StatementFacts,
  { catalog, searchPath }: FactsReader,
): string | undefined {
  if (seen.kind !== facts.kind) return `the kind is ${seen.kind}, and ${facts.kind} in the facts`;
  for (const table of seen.tables) {
    const [name = '', schema] = table.split('.').toReversed();
    const relation = catalog.findRelation(schema, name, searchPath);
    // A CTE of an inner query may have the name; then the server says which it is.
    if (relation === undefined) continue;
    if (!facts.relations.some(({ oid, through }) => oid === relation.oid && through.length === 0))
      return `${table} is named, and missing in the facts`;
  }
  const write = facts.writes.find(({ action, through }) => through.length === 0 && action === facts.kind);
  if (seen.writeHasFilter !== undefined && write !== undefined) {
    const filter = write.rowFilter !== 'none';
    if (filter !== seen.writeHasFilter)
      return `there is ${seen.writeHasFilter ? 'a' : 'no'} WHERE, and the filter is ${write.rowFilter} in the facts`;
  }
  return undefined;
}
