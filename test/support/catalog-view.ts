// A catalog in memory, for tests that need no server: a few words a relation, the rest as CREATE TABLE would have it.
import type {
  CatalogView,
  Column,
  Operator,
  Relation,
  Routine,
  Type,
} from '../../gateway/sql/facts/catalog-view.ts';

/** A column by its name alone is an integer. */
export type ColumnSketch = string | (Partial<Column> & Readonly<{ name: string }>);

export type RelationSketch = Partial<Omit<Relation, 'columns' | 'parents' | 'children' | 'table'>> &
  Readonly<{
    columns?: readonly ColumnSketch[];
    /** As "schema.name"; the parents' children follow from it. */
    parents?: readonly string[];
    /** Of an index: its table, as "schema.name". */
    table?: string;
  }>;

export type CatalogSketch = Readonly<{
  majorVersion?: number;
  /** By "schema.name". */
  relations?: Readonly<Record<string, RelationSketch>>;
  /** By "schema.name", of which there may be several. */
  routines?: readonly (Partial<Routine> & Readonly<{ name: string }>)[];
  operators?: readonly Operator[];
  types?: readonly Type[];
}>;

const INTEGER = 23;
const FIRST_OID = 16_384;

/**
 * @example
 * catalogOf({ relations: { 'public.orders': { columns: ['id', 'total'] } } });
 */
export function catalogOf(sketch: CatalogSketch): CatalogView {
  const oids = new Map(Object.keys(sketch.relations ?? {}).map((name, at) => [name, FIRST_OID + at]));
  const oidOf = (name: string): number => {
    const oid = oids.get(name);
    if (oid === undefined) throw new Error(`the sketch has no relation ${name}`);
    return oid;
  };
  const entries = Object.entries(sketch.relations ?? {});
  const relations = entries.map(([name, relation]) => ({
    ...relationOf(name, oidOf(name), relation),
    parents: (relation.parents ?? []).map(oidOf),
    children: entries.filter(([, { parents = [] }]) => parents.includes(name)).map(([child]) => oidOf(child)),
    table: relation.table === undefined ? undefined : oidOf(relation.table),
  }));
  const routines = (sketch.routines ?? []).map((routine, at) => routineOf(FIRST_OID + 10_000 + at, routine));

  return {
    version: 'sketch',
    majorVersion: sketch.majorVersion ?? 18,
    eventTriggers: [],
    relation: (oid) => relations.find((relation) => relation.oid === oid),
    findRelation: (schema, name, path) => firstAlong(relations, schema, name, path)[0],
    routine: (oid) => routines.find((routine) => routine.oid === oid),
    findRoutines: (schema, name, path) =>
      (schema === undefined ? path : [schema]).flatMap((place) =>
        routines.filter((routine) => routine.schema === place && routine.name === name),
      ),
    operator: (oid) => sketch.operators?.find((operator) => operator.oid === oid),
    type: (oid) => sketch.types?.find((type) => type.oid === oid),
    cast: () => undefined,
  };
}

function firstAlong<Named extends Readonly<{ schema: string; name: string }>>(
  all: readonly Named[],
  schema: string | undefined,
  name: string,
  path: readonly string[],
): readonly Named[] {
  const places = schema === undefined ? path : [schema];
  return places
    .map((place) => all.filter((one) => one.schema === place && one.name === name))
    .filter(({ length }) => length > 0)
    .flat();
}

function relationOf(qualified: string, oid: number, sketch: RelationSketch): Relation {
  const { columns = [], parents: _parents, table: _table, ...given } = sketch;
  return {
    oid,
    ...split(qualified),
    kind: 'table',
    owner: 'owner',
    temporary: false,
    columns: columns.map(columnOf),
    keys: [],
    parents: [],
    children: [],
    table: undefined,
    references: [],
    referencedBy: [],
    definition: undefined,
    securityInvoker: false,
    rules: [],
    triggers: [],
    rowPolicies: [],
    partitionKey: undefined,
    writeExpressions: [],
    treeTypes: [],
    statisticsExpressions: [],
    comment: undefined,
    ...given,
  };
}

function columnOf(sketch: ColumnSketch, at: number): Column {
  return {
    number: at + 1,
    type: INTEGER,
    notNull: false,
    expression: undefined,
    generated: undefined,
    identity: false,
    comment: undefined,
    labels: [],
    ...(typeof sketch === 'string' ? { name: sketch } : sketch),
  };
}

function routineOf(oid: number, { name, ...given }: Partial<Routine> & Readonly<{ name: string }>): Routine {
  return {
    oid,
    argumentTypes: [],
    kind: 'function',
    volatility: 'volatile',
    language: 'plpgsql',
    securityDefiner: false,
    owner: 'owner',
    builtin: false,
    extension: undefined,
    class: 'opaque',
    body: undefined,
    parameters: [],
    parameterNames: [],
    variadic: 0,
    results: [],
    defaults: undefined,
    parts: [],
    states: [],
    settings: [],
    vouch: undefined,
    ...given,
    ...split(name),
  };
}

function split(qualified: string): Readonly<{ schema: string; name: string }> {
  const [schema = '', name = ''] = qualified.split('.');
  return { schema, name };
}
