// The rights that facts say a statement needs of its own: what the server has to ask for, and nothing else.

import type { Snapshot } from '../../../gateway/catalog/index.ts';
import type { Relation, Routine, StatementFacts } from '../../../gateway/sql/index.ts';

export type Right = Readonly<{
  /** "SELECT (ssn) ON public.customers", as in GRANT and REVOKE. */
  text: string;
  /** What was named only inside a view, policy or function: given, never taken away. */
  inside: boolean;
  /** Any one right of these is enough for the server: taking it away alone shows nothing. */
  anyOf: string | undefined;
}>;

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const nameOf = ({ schema, name }: { schema: string; name: string }): string =>
  `${quote(schema)}.${quote(name)}`;

/** Undefined when it needs what can't be granted, such as owning a table. */
export function rightsOf(facts: StatementFacts, catalog: Snapshot): readonly Right[] | undefined {
  const rights = new Map<string, Right>();
  const add = (text: string, inside: boolean, anyOf?: string): void => {
    const known = rights.get(text);
    if (known === undefined || (known.inside && !inside)) rights.set(text, { text, inside, anyOf });
  };
  for (const fact of facts.relations) {
    const relation = catalog.relation(fact.oid);
    if (relation === undefined) return undefined;
    const inside = fact.through.length > 0;
    if (fact.access.some((access) => access === 'define' || access === 'maintain')) return undefined;
    for (const access of fact.access) addAccess(access, relation, facts, inside, add);
  }
  for (const { signature, through, as } of facts.functions) {
    // The server asks when a trigger is made, not when it fires.
    if (as === 'trigger') continue;
    for (const routine of routinesNamed(catalog, signature))
      add(`EXECUTE ON ROUTINE ${routineName(routine)}`, through.length > 0);
  }
  return [...rights.values()];
}

function addAccess(
  access: StatementFacts['relations'][number]['access'][number],
  relation: Relation,
  facts: StatementFacts,
  inside: boolean,
  addRight: (text: string, inside: boolean, anyOf?: string) => void,
): void {
  const add = (text: string, anyOf?: string): void => addRight(text, inside, anyOf);
  const table = nameOf(relation);
  const written = facts.writes.filter((write) => write.relation === relation.oid && write.action === access);
  switch (access) {
    case 'select':
      addSelect(relation, facts, inside, add);
      break;
    case 'insert':
    case 'update': {
      const verb = access.toUpperCase();
      const columns = written.flatMap((write) => write.columns);
      for (const column of new Set(columns)) add(`${verb} (${quote(column)}) ON ${table}`);
      if (columns.length === 0) add(`${verb} ON ${table}`, 'any column');
      break;
    }
    case 'delete':
    case 'truncate':
      add(`${access.toUpperCase()} ON ${table}`);
      break;
    case 'lock':
      add(`UPDATE ON ${table}`, 'any column');
      break;
    case 'define':
    case 'maintain':
      break;
    default:
      access satisfies never;
  }
}

function addSelect(
  relation: Relation,
  facts: StatementFacts,
  inside: boolean,
  add: (text: string, anyOf?: string) => void,
): void {
  const table = nameOf(relation);
  const columns = facts.columns.filter(
    ({ relation: of, used, usedInside }) =>
      of === relation.oid && (inside ? [...used, ...usedInside] : used).some((use) => use !== 'write_target'),
  );
  if (relation.kind !== 'sequence')
    for (const { name } of columns) add(`SELECT (${quote(name)}) ON ${table}`);
  // Any column's right will do for one that reads rows and no column.
  if (relation.kind === 'sequence' || columns.length === 0) add(`SELECT ON ${table}`, 'any column');
}

const signatures = new WeakMap<Snapshot, Map<string, Routine[]>>();

function routinesNamed(catalog: Snapshot, signature: string): readonly Routine[] {
  let named = signatures.get(catalog);
  if (named === undefined) {
    named = new Map();
    for (const routine of catalog.routines()) {
      const key = `${routine.schema}.${routine.name}(${routine.argumentTypes.join(', ')})`;
      named.set(key, [...(named.get(key) ?? []), routine]);
    }
    signatures.set(catalog, named);
  }
  return named.get(signature) ?? [];
}

function routineName(routine: Routine): string {
  return `${nameOf(routine)}(${routine.argumentTypes.join(', ')})`;
}
