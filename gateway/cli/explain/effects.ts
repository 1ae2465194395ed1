// What a statement changes, as rows: writes, objects, rights, the session.

import type { GrantEffect, ObjectEffect, RowFilter, SessionEffect, WriteFact } from '../../sql/index.ts';
import type { Row } from '../page/rows.ts';
import { throughTexts } from './touched.ts';

const filterMeanings: Readonly<Record<RowFilter, string>> = {
  none: 'every row: there is no WHERE',
  always_true: 'every row: nothing in the WHERE depends on the row',
  key_equality: 'one row at most, by its whole key',
  key_list: 'one row at most for each value of a list of keys',
  filtered: 'the rows that a condition picks',
};

export function writeRows(writes: readonly WriteFact[]): Row[] {
  return writes.map(({ action, target, columns, rowFilter, rows, through }) => [
    action,
    columns.length === 0 ? target : `${target} (${columns.join(', ')})`,
    rowFilter === undefined ? '' : { text: rowFilter, style: filterStyles[rowFilter] },
    [rowFilter === undefined ? rowCount(rows) : filterMeanings[rowFilter], ...throughTexts(through)].join(
      '; ',
    ),
  ]);
}

const filterStyles = {
  none: 'red',
  always_true: 'red',
  key_equality: 'green',
  key_list: 'green',
  filtered: 'yellow',
} as const;

function rowCount(rows: number | undefined): string {
  if (rows === undefined) return 'as many rows as its query gives';
  return rows === 1 ? '1 row' : `${rows} rows`;
}

export function objectRows(objects: readonly ObjectEffect[]): Row[] {
  return objects.map(({ action, type, name }) => [action, type, name.join('.')]);
}

export function grantRows(grants: readonly GrantEffect[]): Row[] {
  return grants.map((grant) => [
    grant.action,
    grant.privileges.map(({ name, columns }) => name + list(columns)).join(', ') || 'membership',
    scopes[grant.of](grant),
    `${grant.action === 'grant' ? 'to' : 'from'} ${grant.roles.join(', ')}${option(grant)}`,
  ]);
}

const names = ({ objects }: GrantEffect): string => objects.map((name) => name.join('.')).join(', ');
const scopes: Readonly<Record<GrantEffect['of'], (grant: GrantEffect) => string>> = {
  object: (grant) => `on ${grant.type} ${names(grant)}`,
  all_in_schema: (grant) => `on every ${grant.type} in the schema ${names(grant)}`,
  default: (grant) => `on every ${grant.type} to come`,
  role: (grant) => `in ${names(grant)}`,
};

function option({ of, withOption }: GrantEffect): string {
  if (!withOption) return '';
  return `, with ${of === 'role' ? 'admin' : 'grant'} option`;
}

export function sessionRows(effects: readonly SessionEffect[]): Row[] {
  return effects.map((effect) => [effect.effect, sentence(effect)]);
}

function sentence(effect: SessionEffect): string {
  switch (effect.effect) {
    case 'set':
      return `${effect.name ?? 'a setting that it works out'} = ${effect.values?.join(', ') ?? 'its default or current value'}${
        effect.local ? ', for this transaction' : ''
      }`;
    case 'reset':
      return effect.name;
    case 'reset_all':
      return 'every setting';
    case 'discard':
      return effect.what;
    case 'transaction':
      return [effect.action, effect.name, effect.chain ? 'and chain' : undefined]
        .filter((part) => part !== undefined)
        .join(' ');
    case 'cursor':
    case 'prepared':
    case 'channel':
      return 'name' in effect ? `${effect.action} ${effect.name}` : effect.action;
    case 'copy':
      return copySentence(effect);
    case 'load':
      return effect.library;
    default:
      return effect satisfies never;
  }
}

function copySentence(copy: Extract<SessionEffect, { effect: 'copy' }>): string {
  const what = copy.relation === undefined ? 'a query' : copy.relation.join('.') + list(copy.columns);
  const where = copy.target === undefined ? `the ${copy.through}` : `the ${copy.through} ${copy.target}`;
  return copy.direction === 'to' ? `${what} to ${where}` : `into ${what} from ${where}`;
}

const list = (columns: readonly string[]): string => (columns.length === 0 ? '' : ` (${columns.join(', ')})`);
