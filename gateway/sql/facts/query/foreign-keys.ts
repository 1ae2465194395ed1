// What foreign keys add to a write: rows are looked for on the other side, and may be changed or deleted there.
import type { Call } from '../calls/call.ts';
import { coercionCalls } from '../calls/coercion-calls.ts';
import type { CatalogView, Reference, Relation } from '../catalog-view.ts';
import { type Collector, qualified, type Through } from '../collector.ts';
import type { WriteFact } from '../facts.ts';
import type { ComparedColumns } from '../utility/utility-facts.ts';
import type { WriteDetail } from './walk.ts';

/** What the code that follows definitions does in turn. */
export type Further = Readonly<{
  collector: Collector;
  made(calls: readonly Call[], through: Through): void;
  write(relation: Relation, write: WriteFact, detail: WriteDetail, through: Through): void;
}>;

/** `assigned`: the columns that get a value. What `parent` has was followed with it: a partition has a copy. */
export function followForeignKeys(
  relation: Relation,
  { action, assigned, parent }: Written,
  through: Through,
  further: Further,
): void {
  // What TRUNCATE does to other tables is written in the statement.
  if (action === 'truncate') return;
  const changes = (numbers: readonly number[]): boolean =>
    numbers.some(
      (number) => assigned.includes(number) || relation.columns[number - 1]?.generated !== undefined,
    );
  const [known, knownBy] = [
    new Set(parent?.references.map(targetOf)),
    new Set(parent?.referencedBy.map(sourceOf)),
  ];
  if (action !== 'delete')
    for (const reference of relation.references.filter((each) => !known.has(targetOf(each))))
      if (action === 'insert' || changes(reference.columns)) lookUp(reference, 'target', through, further);
  if (action !== 'insert')
    for (const reference of relation.referencedBy.filter((each) => !knownBy.has(sourceOf(each))))
      if (action === 'delete') react(reference, reference.onDelete, 'delete', through, further);
      else if (changes(reference.targetColumns))
        react(reference, reference.onUpdate, 'update', through, further);
}

const targetOf = ({ target, targetColumns }: Reference): string => `${target} ${targetColumns}`;
const sourceOf = ({ relation, columns }: Reference): string => `${relation} ${columns}`;

type Written = Readonly<{
  action: WriteFact['action'];
  assigned: readonly number[];
  parent?: Relation;
}>;

/** The server looks for rows of the other table with the values of the key, and keeps them from being changed. */
function lookUp(
  reference: Reference,
  side: 'target' | 'relation',
  through: Through,
  { collector, made }: Further,
): void {
  const [other, place] = placeOf(reference, reference[side], through, collector);
  if (other === undefined || !collector.follows(`look-up ${side} ${place.at(-1)}`)) return;
  const { catalog } = collector;
  collector.access(other, ['select', 'lock'], place);
  const columns = side === 'target' ? reference.targetColumns : reference.columns;
  for (const number of columns) collector.useColumn(other, number, 'predicate', place);
  made(comparisons(reference, catalog), place);
}

function react(
  reference: Reference,
  reaction: Reference['onDelete'],
  action: 'update' | 'delete',
  through: Through,
  further: Further,
): void {
  if (reaction === 'refuse') {
    lookUp(reference, 'relation', through, further);
    return;
  }
  const { collector } = further;
  const [referring, place] = placeOf(reference, reference.relation, through, collector);
  if (referring === undefined || !collector.follows(`${action} makes ${reaction} ${place.at(-1)}`)) return;
  const deletes = reaction === 'cascade' && action === 'delete';
  const columns = deletes ? [] : reference.columns;
  const write: WriteFact = {
    action: deletes ? 'delete' : 'update',
    relation: referring.oid,
    target: qualified(referring),
    columns: columns.map((number) => referring.columns[number - 1]?.name ?? `column ${number}`),
    rowFilter: 'filtered',
    rows: undefined,
    through: place,
  };
  collector.access(referring, ['select', write.action], place);
  for (const number of reference.columns) collector.useColumn(referring, number, 'predicate', place);
  for (const number of columns) collector.useOnly(referring, number, 'write_target', place);
  collector.write(write);
  further.made(comparisons(reference, collector.catalog), place);
  if (reaction === 'cascade' && !deletes) further.made(assignments(reference, collector.catalog), place);
  const namesDefaults = reaction === 'set_default';
  further.write(referring, write, { assigned: columns, namesDefaults, filterOn: () => 'filtered' }, place);
}

function placeOf(
  { name, relation }: Reference,
  oid: number,
  through: Through,
  collector: Collector,
): readonly [Relation | undefined, Through] {
  const [own, other] = [collector.catalog.relation(relation), collector.catalog.relation(oid)];
  if (own !== undefined && other !== undefined)
    return [other, [...through, `foreign key ${name} on ${qualified(own)}`]];
  collector.opaque('unknown_object', `the catalog lacks a table of the foreign key ${name}`);
  return [undefined, through];
}

/** The values are compared as those of the key; between types of the server's own, by its own operators. */
export const comparisons = (reference: ComparedColumns, catalog: CatalogView): readonly Call[] =>
  conversions(reference, catalog, (own, key) =>
    catalog.cast(own, key)?.context === 'implicit' ? coercionCalls(own, key, 'implicit', catalog) : [],
  );

const assignments = (reference: Reference, catalog: CatalogView): readonly Call[] =>
  conversions(reference, catalog, (own, key) => coercionCalls(key, own, 'assignment', catalog));

function conversions(
  { relation, columns, target, targetColumns }: ComparedColumns,
  catalog: CatalogView,
  convert: (own: number, key: number) => readonly Call[],
): readonly Call[] {
  const typeOf = (oid: number, number: number | undefined): number =>
    catalog.relation(oid)?.columns[(number ?? 0) - 1]?.type ?? 0;
  return columns
    .flatMap((column, at) => convert(typeOf(relation, column), typeOf(target, targetColumns[at])))
    .filter((call) => call.kind !== 'routine' || catalog.routine(call.routine)?.builtin !== true);
}
