// What a name stands for: what the server has acknowledged, and within a segment what was sent in it.
import { describe, expect, test } from 'vitest';
import {
  type NameClaim,
  Names,
  type Portal,
  type PreparedStatement,
  UNSETTLED,
} from '../../gateway/session/names.ts';

const statement = (name: string, text: string): PreparedStatement => ({
  name,
  text,
  parameterTypes: [],
  traits: { mayCopyIn: false, mayPrepare: false },
});
const parse = (name: string, text: string, segment = 0) =>
  ({ space: 'statement', name, segment, record: statement(name, text) }) satisfies NameClaim;
const closeStatement = (name: string, segment = 0) =>
  ({ space: 'statement', name, segment, record: undefined }) satisfies NameClaim;
const portal = (name: string): Portal => ({ name, statement: statement('', name), answer: { to: 'client' } });
const bind = (name: string, segment = 0) =>
  ({ space: 'portal', name, segment, record: portal(name) }) satisfies NameClaim;

const textOf = (found: PreparedStatement | undefined | typeof UNSETTLED) =>
  found === UNSETTLED ? 'unsettled' : found?.text;

describe('a statement', () => {
  test('is found by a later message of its segment before the server has answered', () => {
    const names = new Names();
    names.claim(parse('s', 'a'));
    expect(textOf(names.statement('s', 0, false))).toBe('a');
  });

  test('is unsettled for another segment until the server has answered', () => {
    const names = new Names();
    const claim = parse('s', 'a');
    names.claim(claim);
    expect(textOf(names.statement('s', 1, false))).toBe('unsettled');
    names.settle(claim);
    expect(textOf(names.statement('s', 1, false))).toBe('a');
  });

  test('is not overwritten by a duplicate Parse that the server refuses', () => {
    const names = new Names();
    const [first, second] = [parse('s', 'a'), parse('s', 'b', 1)];
    names.claim(first);
    names.settle(first);
    names.claim(second);
    expect(textOf(names.statement('s', 1, false))).toBe('b');
    names.abandon(second);
    expect(textOf(names.statement('s', 2, false))).toBe('a');
  });

  test('is not lost when the duplicate stands in the same segment', () => {
    const names = new Names();
    const [first, second] = [parse('s', 'a'), parse('s', 'b')];
    names.claim(first);
    names.claim(second);
    names.settle(first);
    names.abandon(second);
    expect(textOf(names.statement('s', 1, false))).toBe('a');
  });

  test('is gone once Close is acknowledged, and only then', () => {
    const names = new Names();
    const [opened, closed] = [parse('s', 'a'), closeStatement('s', 1)];
    names.claim(opened);
    names.settle(opened);
    names.claim(closed);
    expect(textOf(names.statement('s', 1, false))).toBe(undefined);
    names.abandon(closed);
    expect(textOf(names.statement('s', 2, false))).toBe('a');
    names.claim(closed);
    names.settle(closed);
    expect(textOf(names.statement('s', 2, false))).toBe(undefined);
  });

  test('is unsettled while SQL may give its name away, also within its own segment', () => {
    const names = new Names();
    names.claim(parse('s', 'a'));
    expect(textOf(names.statement('s', 0, true))).toBe('unsettled');
  });

  test('is forgotten when there are more than ten thousand: nothing is known of it, nothing wrong', () => {
    const names = new Names();
    for (let index = 0; index <= 10_000; index++) {
      const claim = parse(`s${index}`, `text ${index}`);
      names.claim(claim);
      names.settle(claim);
    }
    expect(textOf(names.statement('s0', 1, false))).toBe(undefined);
    expect(textOf(names.statement('s1', 1, false))).toBe('text 1');
    expect(textOf(names.statement('s10000', 1, false))).toBe('text 10000');
  });

  test('is forgotten with all others by DISCARD ALL', () => {
    const names = new Names();
    const claim = parse('s', 'a');
    names.claim(claim);
    names.settle(claim);
    names.forgetStatements();
    expect(textOf(names.statement('s', 1, false))).toBe(undefined);
  });
});

describe('a portal', () => {
  test('is found right behind its Bind', () => {
    const names = new Names();
    names.claim(bind('p'));
    expect(names.portal('p', 0, false)).toEqual(portal('p'));
  });

  test('is unsettled once something ran behind its Bind', () => {
    const names = new Names();
    const claim = bind('p');
    names.claim(claim);
    names.ran();
    expect(names.portal('p', 0, false)).toBe(UNSETTLED);
    names.settle(claim);
    expect(names.portal('p', 0, true)).toEqual(portal('p'));
  });

  test('of another segment is unsettled until all is answered', () => {
    const names = new Names();
    names.claim(bind('p'));
    expect(names.portal('p', 1, false)).toBe(UNSETTLED);
  });

  test('whose Bind failed is unknown', () => {
    const names = new Names();
    const claim = bind('p');
    names.claim(claim);
    names.abandon(claim);
    expect(names.portal('p', 0, true)).toBe(undefined);
  });

  test('that was closed is unknown', () => {
    const names = new Names();
    const [opened, closed] = [
      bind('p'),
      { space: 'portal', name: 'p', segment: 0, record: undefined } as const,
    ];
    names.claim(opened);
    names.settle(opened);
    names.ran();
    names.claim(closed);
    expect(names.portal('p', 0, false)).toBe(undefined);
    names.settle(closed);
    names.ran();
    expect(names.portal('p', 1, true)).toBe(undefined);
  });

  test('is unknown once its transaction has ended, and known again when it is opened again', () => {
    const names = new Names();
    const claim = bind('p');
    names.claim(claim);
    names.settle(claim);
    names.ran();
    names.forgetPortals();
    expect(names.portal('p', 1, true)).toBe(undefined);
    names.settle(claim);
    expect(names.portal('p', 1, true)).toEqual(portal('p'));
  });
});
