// The judge of honest work lets nothing differ but what may, and wants the masked columns masked.
import { expect, it } from 'vitest';
import { BackendMessage, cstring, int16, int32, message } from '../support/raw-client.ts';
import type { HonestItem } from './catalogue.ts';
import { disturbance } from './compare.ts';

const columns = (tableOid: number, ...names: readonly string[]): BackendMessage =>
  new BackendMessage(
    message(
      'T',
      int16(names.length),
      ...names.flatMap((name) => [
        cstring(name),
        int32(tableOid),
        Buffer.concat([int16(1), int32(25), int16(-1), int32(-1), int16(0)]),
      ]),
    ),
  );
const row = (...values: readonly (string | null)[]): BackendMessage =>
  new BackendMessage(
    message(
      'D',
      int16(values.length),
      ...values.flatMap((value) =>
        value === null ? [int32(-1)] : [int32(value.length), Buffer.from(value)],
      ),
    ),
  );
const error = (code: string, text: string): BackendMessage =>
  new BackendMessage(message('E', cstring(`C${code}`), cstring(`M${text}`), Buffer.from([0])));

const identical: HonestItem = {
  id: 'i',
  category: 'c',
  source: 's',
  tier: 'core',
  steps: [],
  expect: 'identical',
};
const masked: HonestItem = { ...identical, expect: 'masked', masked: ['ssn'] };
const ok: HonestItem = { ...identical, expect: 'ok' };

const direct = [columns(1, 'id', 'ssn'), row('1', 'secret one'), row('2', 'secret two')];

const reported = (name: string): BackendMessage =>
  new BackendMessage(message('S', cstring('application_name'), cstring(name)));
const copied = (line: string): BackendMessage => new BackendMessage(message('d', Buffer.from(line)));

const cases: readonly Readonly<{
  name: string;
  item: HonestItem;
  through: readonly BackendMessage[];
  direct?: readonly BackendMessage[];
  want: RegExp | undefined;
}>[] = [
  { name: 'the same is the same', item: identical, through: direct, want: undefined },
  {
    name: 'tables may have other numbers',
    item: identical,
    through: [columns(2, 'id', 'ssn'), ...direct.slice(1)],
    want: undefined,
  },
  {
    name: 'the name of the session has the principal in front of it',
    item: identical,
    direct: [columns(1, 'application_name'), row('notebook'), row('')],
    through: [columns(1, 'application_name'), row('agent-of-the-score notebook'), row('agent-of-the-score')],
    want: undefined,
  },
  {
    name: 'the server reports that name as it is',
    item: identical,
    direct: [reported('notebook')],
    through: [reported('agent-of-the-score notebook')],
    want: undefined,
  },
  {
    name: 'another name is reported',
    item: identical,
    direct: [reported('notebook')],
    through: [reported('other')],
    want: /differs/,
  },
  {
    name: 'a name in the place of another differs',
    item: identical,
    direct: [columns(1, 'application_name'), row('notebook')],
    through: [columns(1, 'application_name'), row('agent-of-the-score other')],
    want: /application_name differs/,
  },
  {
    name: 'copied lines are the same',
    item: identical,
    direct: [copied('1\tone\n')],
    through: [copied('1\ttwo\n')],
    want: /copied data differ/,
  },
  {
    name: 'copied lines may have masked fields',
    item: masked,
    direct: [copied('1\tsecret one\n')],
    through: [copied('1\t***\n')],
    want: undefined,
  },
  {
    name: 'copied lines keep their fields',
    item: masked,
    direct: [copied('1\tsecret one\n')],
    through: [copied('***\n')],
    want: /width/,
  },
  {
    name: 'copied lines hold no secrets',
    item: masked,
    direct: [copied('1\tsecret one\n')],
    through: [copied('2\tsecret one\n')],
    want: /secret/,
  },
  {
    name: 'another value differs',
    item: identical,
    through: [...direct.slice(0, 2), row('2', 'other')],
    want: /ssn differs/,
  },
  { name: 'a missing row differs', item: identical, through: direct.slice(0, 2), want: /nothing/ },
  { name: 'another row differs', item: identical, through: [...direct, row('3', 'x')], want: /more/ },
  {
    name: 'errors may have other words',
    item: identical,
    direct: [error('22P02', 'a')],
    through: [error('22P02', 'b')],
    want: undefined,
  },
  {
    name: 'errors may not have another SQLSTATE',
    item: identical,
    direct: [error('22P02', 'a')],
    through: [error('42501', 'a')],
    want: /42501/,
  },
  {
    name: 'one value for all is a mask',
    item: masked,
    through: [columns(1, 'id', 'ssn'), row('1', '***'), row('2', '***')],
    want: undefined,
  },
  {
    name: 'nothing is a mask',
    item: masked,
    through: [columns(1, 'id', 'ssn'), row('1', null), row('2', null)],
    want: undefined,
  },
  { name: 'the value itself is none', item: masked, through: direct, want: /not masked/ },
  {
    name: 'a value for each row is none',
    item: masked,
    through: [columns(1, 'id', 'ssn'), row('1', 'a'), row('2', 'b')],
    want: /not one value/,
  },
  {
    name: 'other columns stay as they are',
    item: masked,
    through: [columns(1, 'id', 'ssn'), row('9', '***'), row('2', '***')],
    want: /id differs/,
  },
  {
    name: 'a secret elsewhere is seen',
    item: masked,
    direct: [columns(1, 'ssn'), row('secret one'), error('22P02', '')],
    through: [columns(1, 'ssn'), row(null), error('22P02', 'secret one')],
    want: /a secret/,
  },
  { name: 'what succeeds may differ', item: ok, through: [row('7')], want: undefined },
  { name: 'what fails is disturbed', item: ok, through: [error('42501', 'no')], want: /it fails/ },
];

it.each(cases)('$name', ({ item, direct: own = direct, through, want }) => {
  const answers = (messages: readonly BackendMessage[]) => ({
    messages,
    parameters: new Map<string, string>(),
    ended: undefined,
  });
  const found = disturbance(item, answers(own), answers(through), [Buffer.from('secret')]);
  if (want === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(want);
});
