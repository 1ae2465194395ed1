// Which objects one session sees otherwise than a snapshot has them: temporary ones, and what it has not committed.
import { type CatalogQuery, numberOf, textOf } from './catalog-query.ts';
import type { OwnPart } from './own-part.ts';

/** More than that are read whole with the next snapshot, after they are committed. */
const MOST_OBJECTS = 2_000;

/**
 * A row of the session's own transaction was written after the oldest transaction that still runs began: its own at the
 * latest. What others have written since then is read again along with it.
 */
const recent = `pg_catalog.age(xmin) <= pg_catalog.age(
  pg_catalog.xid(pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())))`;

const mine = 'pg_catalog.pg_my_temp_schema()';

/** A permanent table has its temporary heirs as children. */
const temporarySql = `
  SELECT 'relations', oid FROM pg_catalog.pg_class WHERE relnamespace = ${mine}
  UNION SELECT 'relations', inhparent FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_class ON oid = inhrelid
   WHERE relnamespace = ${mine}
  UNION SELECT 'types', oid FROM pg_catalog.pg_type WHERE typnamespace = ${mine}
  UNION SELECT 'routines', oid FROM pg_catalog.pg_proc WHERE pronamespace = ${mine}`;

const ofClasses = `classoid = 'pg_catalog.pg_class'::pg_catalog.regclass`;

const recentSql = [
  ['relations', 'oid', 'pg_class'],
  ['relations', 'attrelid', 'pg_attribute'],
  ['relations', 'adrelid', 'pg_attrdef'],
  ['relations', 'indrelid', 'pg_index'],
  ['relations', 'inhrelid', 'pg_inherits'],
  ['relations', 'inhparent', 'pg_inherits'],
  ['relations', 'ev_class', 'pg_rewrite'],
  ['relations', 'tgrelid', 'pg_trigger'],
  ['relations', 'polrelid', 'pg_policy'],
  ['relations', 'partrelid', 'pg_partitioned_table'],
  ['relations', 'stxrelid', 'pg_statistic_ext'],
  ['relations', 'conrelid', 'pg_constraint'],
  ['relations', 'confrelid', 'pg_constraint'],
  ['relations', 'objoid', `pg_description WHERE ${ofClasses} AND`],
  ['relations', 'objoid', `pg_seclabel WHERE ${ofClasses} AND`],
  ['types', 'oid', 'pg_type'],
  ['types', 'contypid', 'pg_constraint'],
  ['types', 'rngtypid', 'pg_range'],
  ['routines', 'oid', 'pg_proc'],
  ['routines', 'aggfnoid::pg_catalog.oid', 'pg_aggregate'],
]
  .map(([objects, column, from = '']) => {
    const source = from.endsWith('AND') ? from : `${from} WHERE`;
    return `UNION SELECT '${objects}', ${column} FROM pg_catalog.${source} ${recent}`;
  })
  .join('\n  ');

/** Undefined: it sees what all see. */
export async function findOwnObjects(
  query: CatalogQuery,
  uncommitted: boolean,
): Promise<OwnPart | 'too_many' | undefined> {
  const all = `SELECT * FROM (${temporarySql}${uncommitted ? `\n  ${recentSql}` : ''}) AS own (objects, oid) WHERE oid <> 0`;
  const rows = await query(`${all} LIMIT ${MOST_OBJECTS + 1}`);
  if (rows.length > MOST_OBJECTS) return 'too_many';
  if (rows.length === 0 && !uncommitted) return undefined;
  const listed = (wanted: string): readonly number[] =>
    rows.flatMap(([objects, oid]) => (textOf(objects) === wanted ? [numberOf(oid)] : []));
  return {
    relations: listed('relations'),
    types: listed('types'),
    routines: listed('routines'),
    recent: uncommitted ? recent : 'false',
  };
}
