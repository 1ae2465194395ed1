// Rights and times as people write them.
import { describe, expect, test } from 'vitest';
import {
  durationInWords,
  parseDuration,
  parseRights,
  rightsIn,
  rightsInWords,
} from '../../gateway/grants/index.ts';

describe('rights', () => {
  test.for([
    { text: 'read public.orders', rights: { select: { public: ['orders'] } } },
    {
      text: 'write public.orders, public.lines',
      rights: Object.fromEntries(
        ['insert', 'update', 'delete'].map((list) => [list, { public: ['orders', 'lines'] }]),
      ),
    },
    { text: 'READ sales.*; read public.a', rights: { select: { sales: 'all', public: ['a'] } } },
    { text: 'read public.a, public.*', rights: { select: { public: 'all' } } },
    { text: 'read *', rights: { select: { '*': 'all' } } },
    { text: 'read "My ""schema""".Orders', rights: { select: { 'My "schema"': ['orders'] } } },
    { text: 'unmask pii.email, pii.*', rights: { unmask: ['pii.email', 'pii.*'] } },
    {
      text: 'run public.f(int, text), public.g(); call public.p(int)',
      rights: { run_signatures: ['public.f(int, text)', 'public.g()'], call: ['public.p(int)'] },
    },
    { text: 'command CREATE INDEX', rights: { commands: ['CREATE INDEX'] } },
  ])('$text', ({ text, rights }) => {
    const parsed = parseRights(text);
    expect(parsed).toEqual(rights);
    // In words they are the same again.
    if ('problem' in parsed) throw new Error('not parsed');
    expect(parseRights(rightsInWords(parsed))).toEqual(rights);
    expect(rightsIn(rights)).toEqual(rights);
  });

  test.for([
    ['', 'it asks for no right'],
    ['own public.orders', '"own" is no right'],
    ['read', 'read does not say of what'],
    ['read orders', '"orders" names no table with its schema'],
    ['read a.b.c', '"a.b.c" names no table with its schema'],
    ['read *.orders', '"*.orders" names no table with its schema'],
    ["read public.orders' --", '"public.orders\' --" names no table with its schema'],
  ] as const)('%s: %s', ([text, problem]) => {
    expect(parseRights(text)).toMatchObject({ problem });
  });

  test.for([
    { rights: null },
    { rights: {} },
    { rights: { select: 'all' } },
    { rights: { select: {} } },
    { rights: { select: { public: [] } } },
    { rights: { select: { public: 'some' } } },
    { rights: { select: { public: [1] } } },
    { rights: { opaque: true } },
    { rights: { unmask: 'pii' } },
    { rights: { unmask: { public: 'all' } } },
    { rights: { unmask: ['x'.repeat(201)] } },
    { rights: { unmask: Array.from({ length: 201 }, (_, at) => `l${at}`) } },
  ])('$rights are none', ({ rights }) => {
    expect(rightsIn(rights)).toHaveProperty('problem');
  });
});

describe('times', () => {
  test.for([
    ['2h', 7_200],
    ['2 hours', 7_200],
    ['90 Minutes', 5_400],
    ['1h30m', 5_400],
    ['1 day, 12 hours', 129_600],
    ['1.5 h', 5_400],
    ['1w', 604_800],
    ['45s', 45],
  ] as const)('%s', ([text, seconds]) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.for(['', 'soon', '2', '2 fortnights', '-1h', '0h', '2h or so', '9999999 weeks'])(
    '"%s" is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test.for([
    [45, '45 seconds'],
    [60, '1 minute'],
    [5_400, '1 hour 30 minutes'],
    [90_061, '1 day 1 hour'],
    [0, '0 seconds'],
  ] as const)('%d seconds are %s', ([seconds, words]) => {
    expect(durationInWords(seconds)).toBe(words);
  });
});
