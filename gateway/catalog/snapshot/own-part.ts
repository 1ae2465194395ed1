// The loaders' statements, narrowed to what one session alone sees: marks in them say where.

/** The objects of one session, by their numbers; `recent`: a condition on the system column of what it has changed. */
export type OwnPart = Readonly<{
  relations: readonly number[];
  types: readonly number[];
  routines: readonly number[];
  recent: string;
}>;

type Objects = 'relations' | 'types' | 'routines' | 'recent';

/**
 * A condition that leaves all rows in, and in a session's part those of its objects only. `column` holds the number of
 * such an object; for what has no list it is the system column that tells when a row was written.
 */
export const only = (objects: Objects, column: string): string => `/* only ${objects} in ${column} */ true`;

/** Behind a condition that leaves out temporary objects. */
export const orOwn = (condition: string): string => `/* or ${condition} */`;

const mark = /\/\* only (\w+) in ([\w.]+) \*\/ true|\/\* or ([^*]+) \*\//g;

export function narrowed(sql: string, part: OwnPart): string {
  return sql.replace(mark, (_, objects: Objects | undefined, column: string, condition: string) => {
    if (objects === undefined) return `OR ${condition}`;
    if (objects === 'recent') return `(${part.recent.replaceAll('xmin', column)})`;
    return `(${column} = ANY ('{${part[objects].join(',')}}'::pg_catalog.oid[]))`;
  });
}
