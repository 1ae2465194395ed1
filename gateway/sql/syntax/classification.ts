// What is known of a statement by its type: the values of a classification.

export type StatementKind =
  | 'select'
  | 'insert'
  | 'update'
  | 'delete'
  | 'merge'
  | 'truncate'
  | 'copy'
  | 'call'
  | 'do'
  | 'ddl'
  | 'grant'
  | 'role'
  | 'session'
  | 'show'
  | 'transaction'
  | 'explain'
  | 'cursor'
  | 'prepare'
  | 'execute'
  | 'deallocate'
  | 'notify'
  | 'lock'
  | 'maintenance'
  | 'system';

export type Classification = Readonly<{
  kind: StatementKind;
  /** As createCommandTag (utility.c) names it: "DROP DATABASE", "SELECT FOR UPDATE", "CREATE TABLE AS". */
  tag: string;
  /** Neither writes, nor locks rows, nor sends anything elsewhere, as far as syntax tells: functions may. */
  readOnly: boolean;
}>;

export const is = (kind: StatementKind, tag: string, readOnly: boolean): Classification => ({
  kind,
  tag,
  readOnly,
});
export const ddl = (tag: string): Classification => is('ddl', tag, false);
