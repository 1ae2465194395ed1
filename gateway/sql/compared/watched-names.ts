// The names under which a statement may have the values of some columns: their own, and those that it gives them.
import { type Fields, walkSyntax } from '../syntax/walk.ts';
import { columnNames, lastName, sval } from './tree-parts.ts';

export type WatchedNames = Readonly<{
  columns: ReadonlySet<string>;
  /** Names of what rows come from, which stand for whole rows. */
  rows: ReadonlySet<string>;
}>;

/** What PostgreSQL calls an output that is no column and was given no name. */
const namesOfExpressions = [
  ...['?column?', 'case', 'coalesce', 'greatest', 'least', 'nullif', 'array', 'row', 'exists'],
  ...['xmlelement', 'xmlconcat', 'xmlforest', 'xmlserialize', 'json_object', 'json_array', 'json'],
];

/** `names`: of the columns. More names than need be do no harm: what isn't watched would not be counted. */
export function watchedNames(type: string, root: Fields, names: Iterable<string>): WatchedNames {
  const columns = new Set(names);
  const rows = new Set<string>();
  const own = new Set<unknown>(topTargets(type, root));
  walkSyntax(type, root, (at, fields) => {
    if (at === 'RangeVar') rows.add(String(fields.relname));
    if (at === 'CommonTableExpr') {
      rows.add(String(fields.ctename));
      for (const name of columnNames(fields.aliascolnames)) columns.add(name);
    }
    if (at === 'Alias') {
      rows.add(String(fields.aliasname));
      for (const name of columnNames(fields.colnames)) columns.add(name);
    }
    return 'into';
  });
  for (let before = -1; before < columns.size; ) {
    before = columns.size;
    walkSyntax(type, root, (at, fields) => {
      if (at === 'ResTarget' && !own.has(fields) && mentions('ResTarget', fields, { columns, rows }))
        for (const name of namesOf(fields)) columns.add(name);
      return 'into';
    });
  }
  return { columns, rows };
}

/** True where the values of a watched column may go into it. */
export function mentions(type: string, fields: Fields, watched: WatchedNames): boolean {
  let found = false;
  walkSyntax(type, fields, (at, inner) => {
    found ||= isMention(at, inner, watched);
    return found ? 'end' : 'into';
  });
  return found;
}

export function isMention(type: string, fields: Fields, { columns, rows }: WatchedNames): boolean {
  if (type === 'ColumnRef') {
    const name = lastName(fields.fields);
    // A star is all of a row.
    if (name === undefined) return true;
    return (
      columns.has(name) || (Array.isArray(fields.fields) && fields.fields.length === 1 && rows.has(name))
    );
  }
  if (type === 'A_Indirection') return columnNames(fields.indirection).some((name) => columns.has(name));
  return type === 'FuncCall' && columns.has(lastName(fields.funcname) ?? '');
}

/** The outputs of the statement itself have no name inside it. */
function topTargets(type: string, root: Fields): readonly unknown[] {
  const list = type === 'SelectStmt' ? root.targetList : undefined;
  return Array.isArray(list) ? list.map((each) => (each as Fields).ResTarget) : [];
}

function namesOf({ name, val }: Fields): readonly string[] {
  if (typeof name === 'string') return [name];
  const [type, fields] = Object.entries((val ?? {}) as Fields)[0] ?? [];
  if (type === undefined || type === 'ColumnRef') return [];
  const names = [...namesOfExpressions];
  walkSyntax(type, fields as Fields, (at, inner) => {
    if (at === 'FuncCall') names.push(lastName(inner.funcname) ?? '');
    if (at === 'TypeName') names.push(lastName(inner.names) ?? '');
    if (at === 'String') names.push(sval(inner));
    return 'into';
  });
  return names;
}
