// A write to a view as the write to the relation behind it that it comes to.
import type { Query } from '../../analyzed/registry/node.ts';
import type { Relation } from '../catalog-view.ts';
import { qualified, type Through } from '../collector.ts';
import type { WriteFact } from '../facts.ts';
import type { WriteDetail } from './walk.ts';

/** `query` is the view's, over `base` alone. */
export function throughView(
  query: Query,
  base: Relation,
  write: WriteFact,
  detail: WriteDetail,
  through: Through,
): Readonly<{ write: WriteFact; detail: WriteDetail }> {
  const shown = query.targetList.map(({ expr }) => (expr.tag === 'VAR' ? expr.varattno : undefined));
  const assigned = detail.assigned.flatMap((number) => shown[number - 1] ?? []);
  // What the statement calls a column, seen from here.
  const columns = detail.columns?.map((number) => number && shown[number - 1]) ?? shown;
  const narrowed = query.jointree?.quals !== null;
  const filterOn: WriteDetail['filterOn'] = (target) => {
    const filter = detail.filterOn(target);
    return narrowed && (filter === 'none' || filter === 'always_true') ? 'filtered' : filter;
  };
  const below: WriteFact = {
    ...write,
    relation: base.oid,
    target: qualified(base),
    columns: assigned.map((number) => base.columns[number - 1]?.name ?? `column ${number}`),
    rowFilter: filterOn({
      relation: base,
      withDescendants: base.kind !== 'partitioned_table' && base.children.length > 0,
      columns,
    }),
    through,
  };
  return { write: below, detail: { ...detail, assigned, columns, filterOn } };
}
