// Relations of every kind, with their columns; what hangs on them is added by the files beside this one.
import type { Column, Relation, RelationKind } from '../../sql/index.ts';
import { type CatalogQuery, eachRow, numberOf, textOf } from './catalog-query.ts';
import type { ObjectNames } from './object-names.ts';
import { type Draft, none, type SharedTexts } from './shared-values.ts';

export type RelationDraft = Omit<Draft<Relation>, 'columns'> & {
  columns: readonly (Draft<Column> | undefined)[];
};

/** Relations as they are filled in, by OID. */
export type RelationDrafts = ReadonlyMap<number, RelationDraft>;

/** The server itself reads the option's value: on, yes and 1 mean true as well. */
const securityInvoker = `
  EXISTS (SELECT FROM pg_catalog.pg_options_to_table(c.reloptions)
           WHERE option_name = 'security_invoker' AND option_value::pg_catalog.bool)`;

const relationSql = `
  SELECT c.oid, c.relnamespace, c.relname, c.relkind, c.relowner,
         c.relkind = 'v' AND c.reloptions IS NOT NULL AND ${securityInvoker}
    FROM pg_catalog.pg_class c WHERE c.relpersistence <> 't'`;

const kinds: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned_table',
  v: 'view',
  m: 'materialized_view',
  f: 'foreign_table',
  S: 'sequence',
  i: 'index',
  I: 'index',
  c: 'composite_type',
  t: 'toast',
};

export async function loadRelations(
  query: CatalogQuery,
  names: ObjectNames,
  texts: SharedTexts,
): Promise<RelationDrafts> {
  const relations = new Map<number, RelationDraft>();
  await eachRow(query, relationSql, (row) => {
    const schema = names.schema(numberOf(row[1]));
    const kind = kinds[textOf(row[3])];
    // A kind that a later server invents is no relation that anybody knows: statements that name it are opaque.
    if (schema === undefined || kind === undefined) return;
    const oid = numberOf(row[0]);
    relations.set(oid, {
      oid,
      schema,
      name: texts.share(textOf(row[2])),
      kind,
      owner: names.role(numberOf(row[4])),
      temporary: false,
      columns: none,
      keys: none,
      parents: none,
      children: none,
      table: undefined,
      referencedBy: none,
      definition: undefined,
      securityInvoker: row[5] === 't',
      rules: none,
      triggers: none,
      rowPolicies: none,
      writeExpressions: none,
      comment: undefined,
    });
  });
  await loadColumns(query, relations, texts);
  return relations;
}

/** An index can't be read, and all toast tables have the same columns: those of the first one stand for all. */
const columnSql = `
  SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.attnotnull, a.attgenerated, a.attidentity
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
   WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relpersistence <> 't'
     AND (c.relkind NOT IN ('i', 'I', 't')
      OR c.oid = (SELECT min(oid) FROM pg_catalog.pg_class WHERE relkind = 't' AND relpersistence <> 't'))
   ORDER BY a.attrelid, a.attnum`;

const generatedKinds: Readonly<Record<string, Column['generated']>> = { s: 'stored', v: 'virtual' };

async function loadColumns(
  query: CatalogQuery,
  relations: RelationDrafts,
  texts: SharedTexts,
): Promise<void> {
  let relation = 0;
  let columns: (Draft<Column> | undefined)[] = [];
  // A list that grew has room for more: the copy has none to spare.
  const finish = (): void => {
    const draft = relations.get(relation);
    if (draft !== undefined) draft.columns = columns.slice();
    columns = [];
  };
  await eachRow(query, columnSql, (row) => {
    const owner = numberOf(row[0]);
    if (owner !== relation) finish();
    relation = owner;
    const number = numberOf(row[1]);
    while (columns.length < number - 1) columns.push(undefined);
    columns.push({
      number,
      name: texts.share(textOf(row[2])),
      type: numberOf(row[3]),
      notNull: row[4] === 't',
      expression: undefined,
      generated: generatedKinds[textOf(row[5])],
      identity: row[6] !== '',
      comment: undefined,
      labels: none,
    });
  });
  finish();
  shareToastColumns(relations);
}

function shareToastColumns(relations: RelationDrafts): void {
  const toasts = [...relations.values()].filter(({ kind }) => kind === 'toast');
  const columns = toasts.find((relation) => relation.columns.length > 0)?.columns ?? none;
  for (const toast of toasts) toast.columns = columns;
}
