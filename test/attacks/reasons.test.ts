// What stopped an attack is told from what its client received, and counts only where it is right for that kind of attack.
import { expect, it } from 'vitest';
import { BackendMessage, cstring, int16, int32, message } from '../support/raw-client.ts';
import { type Attack, readAttacks } from './catalogue.ts';
import { knownLeaks } from './known.ts';
import { reasonsOf, wrongReason } from './reasons.ts';
import { rightForAttack, rightForCategory } from './right-reasons.ts';

const row = (value: string): BackendMessage =>
  new BackendMessage(message('D', int16(1), int32(value.length), Buffer.from(value)));
const error = (code: string, text: string, routine?: string): BackendMessage =>
  new BackendMessage(
    message(
      'E',
      cstring(`C${code}`),
      cstring(`M${text}`),
      ...(routine === undefined ? [] : [cstring(`R${routine}`)]),
      Buffer.from([0]),
    ),
  );

const told: readonly Readonly<{
  name: string;
  messages: readonly BackendMessage[];
  want: readonly string[];
}>[] = [
  { name: 'nothing', messages: [], want: ['silent'] },
  { name: 'a row', messages: [row('x')], want: ['answered'] },
  { name: 'a row in which something is masked', messages: [row('x'), row('[redacted]')], want: ['masked'] },
  {
    name: 'a row in which something is NULL',
    messages: [new BackendMessage(message('D', int16(1), int32(-1)))],
    want: ['masked'],
  },
  {
    name: 'a rule, and those that say the same',
    messages: [
      error('42501', 'refused by policy rule "a.b": no. (Refused as well by c.d, e.f.)'),
      row('afterwards'),
    ],
    want: ['a.b', 'c.d', 'e.f'],
  },
  {
    name: "the server's own error",
    messages: [error('42883', 'no such function', 'ParseFuncOrColumn')],
    want: ['server 42883'],
  },
  {
    name: 'an error whose words were withheld',
    messages: [error('22P02', 'invalid text representation (22P02); the words of the database are withheld')],
    want: ['withheld 22P02'],
  },
  { name: "the gateway's own error", messages: [error('22023', 'pinned')], want: ['gateway 22023'] },
];

it.each(told)('$name', ({ messages, want }) => {
  expect(reasonsOf(messages)).toEqual(want);
});

const attack: Attack = { id: 'x', category: 'expr', title: '', steps: [] };

it('a reason of the kind is right', () => {
  expect(wrongReason(attack, ['masked'])).toBeUndefined();
  expect(wrongReason(attack, ['functions.class', 'labels.order'])).toBeUndefined();
});

it('a reason of another kind is wrong', () => {
  expect(wrongReason(attack, ['commands.tag'])).toContain('would be right');
  expect(wrongReason(attack, ['server 42601'])).toContain('would be right');
});

it('what would stop anything is wrong beside a right one too', () => {
  for (const blanket of ['access.no_role', 'default.deny', 'gateway XX000', 'gateway 57014', 'server 57P01'])
    expect(wrongReason(attack, ['masked', blanket])).toContain('would stop anything');
});

it('an attack of a kind that nobody has judged is not stopped', () => {
  expect(wrongReason({ ...attack, category: 'new' }, ['masked'])).toContain('nobody has said');
});

it('every attack of both catalogues can be judged, and every judgement is of one of them', async () => {
  const own = await readAttacks(new URL('own-attacks.json', import.meta.url).pathname);
  const all = [...(await readAttacks(new URL('attacks.json', import.meta.url).pathname)), ...own];
  const ids = new Set(all.map(({ id }) => id));
  expect(ids.size).toBe(all.length);
  expect(all.filter(({ category }) => !(category in rightForCategory))).toEqual([]);
  const named = [...Object.keys(rightForAttack), ...Object.keys(knownLeaks)];
  expect(named.filter((id) => !ids.has(id))).toEqual([]);
  const unseen = own.filter(({ leaks_if, must_not_change }) => !leaks_if && !must_not_change);
  expect(unseen).toEqual([]);
});
