import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { AnyAsk, Phase } from '../../../../gateway/policy/engine/input/ask.ts';
import { InputBytes } from '../../../../gateway/policy/engine/input/input-bytes.ts';
import { policyInput } from '../../../../gateway/policy/engine/input/policy-input.ts';
import { timeInput } from '../../../../gateway/policy/engine/input/time-input.ts';
import { access, approveAsk, ask, facts, grants, identity, now, session } from '../asks.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../../../schemas/input.schema.json', import.meta.url), 'utf8'),
);
const validate = new Ajv2020({ strict: false }).compile(schema);

const questions: readonly { name: string; phase: Phase; ask: AnyAsk }[] = [
  { name: 'a login', phase: 'connect', ask: ask() },
  { name: 'a statement', phase: 'statement', ask: ask() },
  { name: 'an approval', phase: 'approve', ask: approveAsk },
  { name: 'a statement with grants', phase: 'statement', ask: { ...ask(), grants } },
  { name: 'a login with grants', phase: 'connect', ask: { ...ask(), grants } },
  { name: 'access that is asked for', phase: 'access', ask: { ...ask(), access } },
  {
    name: 'access that is to be approved',
    phase: 'approve',
    ask: { ...approveAsk, facts: undefined, access },
  },
  {
    name: 'a statement of a session with a purpose and an actor',
    phase: 'statement',
    ask: ask({
      session: { ...session, purpose: 'a "report"\n' },
      identity: {
        ...identity,
        actor: { subject: 'somebody', actor: { subject: 'else', issuer: 'https://x' } },
      },
    }),
  },
  {
    name: 'a write with and without a number of rows',
    phase: 'statement',
    ask: ask({
      facts: {
        ...facts,
        limit: 3,
        writes: [
          {
            action: 'insert',
            relation: 1,
            target: 'public.a',
            columns: ['x'],
            rowFilter: undefined,
            rows: 2,
            through: [],
          },
          {
            action: 'delete',
            relation: 1,
            target: 'public.a',
            columns: [],
            rowFilter: 'none',
            rows: undefined,
            through: [],
          },
        ],
      } as typeof facts,
    }),
  },
];

describe('the input', () => {
  test.each(questions)('of $name is what the schema says', ({ phase, ask }) => {
    const input = policyInput(phase, ask);
    expect(validate(input), JSON.stringify(validate.errors)).toBe(true);
    expect(JSON.stringify(input)).not.toContain('null');
  });

  test.each(questions)('of $name is the same in bytes', ({ phase, ask }) => {
    const bytes = new InputBytes();
    const read = () => JSON.parse(new TextDecoder().decode(bytes.of(phase, ask)));
    const expected = JSON.parse(JSON.stringify(policyInput(phase, ask)));
    expect(read()).toEqual(expected);
    expect(read()).toEqual(expected);
    expect(Object.keys(read())).toEqual(Object.keys(expected));
  });

  test('in bytes changes with each of its parts, and with the second', () => {
    const bytes = new InputBytes();
    const read = (changes: Parameters<typeof ask>[0]) =>
      JSON.parse(new TextDecoder().decode(bytes.of('statement', ask(changes))));
    expect(read({}).session.transaction).toBe('idle');
    expect(read({ session: { ...session, transaction: 'open' } }).session.transaction).toBe('open');
    expect(read({ facts: { ...facts, tag: 'TABLE' } }).statement.tag).toBe('TABLE');
    expect(read({ now: now + 999 }).request.time.unix).toBe(now / 1000);
    expect(read({ now: now + 1000 }).request.time.unix).toBe(now / 1000 + 1);
  });

  test('tells many statements apart', () => {
    const bytes = new InputBytes();
    const many = Array.from({ length: 1000 }, (_, at) => ({ ...facts, tag: `T${at}` }));
    for (const round of [1, 2])
      for (const one of many) {
        const input = JSON.parse(new TextDecoder().decode(bytes.of('statement', ask({ facts: one }))));
        expect([round, input.statement.tag]).toEqual([round, one.tag]);
      }
  });
});

describe('the time', () => {
  const moments: readonly { at: string; weekday: string; hour: number }[] = [
    { at: '1970-01-01T00:00:00Z', weekday: 'thursday', hour: 0 },
    { at: '2026-05-02T14:30:00Z', weekday: 'saturday', hour: 14 },
    { at: '2026-05-03T23:59:59Z', weekday: 'sunday', hour: 23 },
    { at: '2028-02-29T00:00:00Z', weekday: 'tuesday', hour: 0 },
    { at: '1969-12-31T23:00:00Z', weekday: 'wednesday', hour: 23 },
  ];
  test.each(moments)('of $at', ({ at, weekday, hour }) => {
    const milliseconds = Date.parse(at);
    expect(timeInput(milliseconds + 999)).toEqual({ unix: milliseconds / 1000, iso: at, weekday, hour });
  });
});
