// The judge of attacks sees what leaked, wherever it stood, and calls nothing else a leak.
import { expect, it } from 'vitest';
import { BackendMessage, cstring, int16, int32, message } from '../support/raw-client.ts';
import type { Attack } from './catalogue.ts';
import { type Evidence, judge, type Verdict } from './verdict.ts';

const secret = '078-05-1120';

const row = (...values: readonly string[]): BackendMessage =>
  new BackendMessage(
    message(
      'D',
      int16(values.length),
      ...values.flatMap((value) => [int32(value.length), Buffer.from(value)]),
    ),
  );
const error = (code: string, text: string): BackendMessage =>
  new BackendMessage(message('E', cstring(`C${code}`), cstring(`M${text}`), Buffer.from([0])));
const bytes = (type: string, text: string): BackendMessage =>
  new BackendMessage(message(type, cstring(text)));

const quiet: Evidence = {
  messages: [],
  milliseconds: 5,
  found: undefined,
  isAlive: true,
  isOurs: false,
  fillIn: (text) => text,
};
const attack: Attack = { id: 'a', category: 'c', title: 't', steps: [], leaks_if: secret };

const cases: readonly Readonly<{
  name: string;
  attack?: Partial<Attack>;
  evidence: Partial<Evidence>;
  want: Partial<Verdict>;
}>[] = [
  { name: 'a secret in a row', evidence: { messages: [row('1', secret)] }, want: { verdict: 'leaked' } },
  {
    name: 'a secret in the words of an error',
    evidence: { messages: [error('22P02', `invalid: ${secret}`)] },
    want: { verdict: 'leaked', by: ['gateway 22P02'] },
  },
  {
    name: 'a secret in copied data',
    evidence: { messages: [bytes('d', secret)] },
    want: { verdict: 'leaked' },
  },
  {
    name: 'what logs in and what ends an answer is no leak',
    evidence: { messages: [bytes('R', secret), bytes('K', secret), bytes('Z', secret)] },
    want: { verdict: 'stopped' },
  },
  {
    name: 'values of a row stand on lines of their own',
    attack: { leaks_if: '(^|\\n)1\\n2($|\\n)' },
    evidence: { messages: [row('0', '1', '2')] },
    want: { verdict: 'leaked' },
  },
  {
    name: 'a dot goes over lines only where the pattern says so',
    attack: { leaks_if: 'a.b' },
    evidence: { messages: [row('a', 'b')] },
    want: { verdict: 'stopped' },
  },
  {
    name: 'flags that stand in the pattern count',
    attack: { leaks_if: '(?s)a.b' },
    evidence: { messages: [row('a', 'b')] },
    want: { verdict: 'leaked' },
  },
  {
    name: 'the rule that refused is named',
    evidence: { messages: [error('42501', 'refused by policy rule "relations.select": no')] },
    want: { verdict: 'stopped', by: ['relations.select'] },
  },
  {
    name: 'rows that changed',
    attack: { must_not_change: { sql: 'q', expected: '50' } },
    evidence: { found: '0' },
    want: { verdict: 'changed' },
  },
  {
    name: 'time that tells',
    attack: { leak_oracle: { type: 'timing', min_elapsed_ms: 400 } },
    evidence: { milliseconds: 900 },
    want: { verdict: 'leaked' },
  },
  {
    name: 'a gateway that is gone has stopped nothing',
    evidence: { isAlive: false },
    want: { verdict: 'broke the gateway' },
  },
];

it.each(cases)('$name', ({ attack: own, evidence, want }) => {
  expect(judge({ ...attack, ...own }, { ...quiet, ...evidence })).toMatchObject(want);
});
