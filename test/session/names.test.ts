// What a name stands for: what the server has acknowledged, and within a segment what was sent in it.
import { describe, expect, test } from 'vitest';
import {
  DOUBTFUL,
  type Found,
  type NameClaim,
  type Portal,
  type PreparedStatement,
  UNSETTLED,
} from '../../gateway/session/named.ts';
import { Names } from '../../gateway/session/names.ts';
import { ParsedText } from '../../gateway/session/parsed-text.ts';

const statement = (name: string, text: string): PreparedStatement => ({
  name,
  text,
  wholeText: text,
  parameterTypes: [],
  traits: { mayCopyIn: false, ordinary: true },
  parsed: new ParsedText(text),
  hints: 0,
});
const parse = (name: string, text: string, segment = 0) =>
  ({ space: 'statement', name, segment, record: statement(name, text) }) satisfies NameClaim;
const closeStatement = (name: string, segment = 0) =>
  ({ space: 'statement', name, segment, record: undefined }) satisfies NameClaim;
const portal = (name: string): Portal => ({
  name,
  statement: statement('', name),
  answer: { to: 'client' },
  hints: 0,
});
const bind = (name: string, segment = 0) =>
  ({ space: 'portal', name, segment, record: portal(name) }) satisfies NameClaim;

const textOf = (found: Found<PreparedStatement>) => {
  if (found === UNSETTLED) return 'unsettled';
  return found === DOUBTFUL ? 'doubtful' : found?.text;
};

describe('a statement', () => {
  test('is found by a later message of its segment before the server has answered', () => {
    const names = new Names();
    names.claim(parse('s', 'a'));
    expect(textOf(names.statement('s', 0))).toBe('a');
  });

  test('is unsettled for another segment until the server has answered', () => {
    const names = new Names();
    const claim = parse('s', 'a');
    names.claim(claim);
    expect(textOf(names.statement('s', 1))).toBe('unsettled');
    names.settle(claim);
    expect(textOf(names.statement('s', 1))).toBe('a');
  });

  test('is not overwritten by a duplicate Parse that the server refuses', () => {
    const names = new Names();
    const [first, second] = [parse('s', 'a'), parse('s', 'b', 1)];
    names.claim(first);
    names.settle(first);
    names.claim(second);
    expect(textOf(names.statement('s', 1))).toBe('b');
    names.abandon(second);
    expect(textOf(names.statement('s', 2))).toBe('a');
  });

  test('is not lost when the duplicate stands in the same segment', () => {
    const names = new Names();
    const [first, second] = [parse('s', 'a'), parse('s', 'b')];
    names.claim(first);
    names.claim(second);
    names.settle(first);
    names.abandon(second);
    expect(textOf(names.statement('s', 1))).toBe('a');
  });

  test('is gone once Close is acknowledged, and only then', () => {
    const names = new Names();
    const [opened, closed] = [parse('s', 'a'), closeStatement('s', 1)];
    names.claim(opened);
    names.settle(opened);
    names.claim(closed);
    expect(textOf(names.statement('s', 1))).toBe(undefined);
    names.abandon(closed);
    expect(textOf(names.statement('s', 2))).toBe('a');
    names.claim(closed);
    names.settle(closed);
    expect(textOf(names.statement('s', 2))).toBe(undefined);
  });

  test('is doubtful once unknown code ran, until the server has been asked', () => {
    const names = new Names();
    for (const claim of [parse('s', 'a'), parse('t', 'b')]) {
      names.claim(claim);
      names.settle(claim);
    }
    names.doubt();
    expect(textOf(names.statement('s', 1))).toBe('doubtful');
    names.confirmStatement('s');
    names.deallocated('t');
    expect(textOf(names.statement('s', 1))).toBe('a');
    expect(textOf(names.statement('t', 1))).toBe(undefined);
  });

  test('is another one only if its first 63 bytes are others', () => {
    const names = new Names();
    const name = 'n'.repeat(63);
    const [first, closed, second] = [
      parse(`${name}1`, 'a'),
      closeStatement(`${name}2`),
      parse(`${name}2`, 'b'),
    ];
    for (const claim of [first, closed, second]) {
      names.claim(claim);
      names.settle(claim);
    }
    expect(textOf(names.statement(`${name}1`, 1))).toBe('b');
    expect(textOf(names.statement(name, 1))).toBe('b');
  });

  test('is forgotten when there are more than ten thousand: nothing is known of it, nothing wrong', () => {
    const names = new Names();
    for (let index = 0; index <= 10_000; index++) {
      const claim = parse(`s${index}`, `text ${index}`);
      names.claim(claim);
      names.settle(claim);
    }
    expect(textOf(names.statement('s0', 1))).toBe(undefined);
    expect(textOf(names.statement('s1', 1))).toBe('text 1');
    expect(textOf(names.statement('s10000', 1))).toBe('text 10000');
  });

  test('is forgotten with all others by DISCARD ALL', () => {
    const names = new Names();
    const claim = parse('s', 'a');
    names.claim(claim);
    names.settle(claim);
    names.deallocatedAll();
    expect(textOf(names.statement('s', 1))).toBe(undefined);
  });
});

describe('a portal', () => {
  test('is found right behind its Bind', () => {
    const names = new Names();
    names.claim(bind('p'));
    expect(names.portals.find('p', 0, false)).toEqual(portal('p'));
  });

  test('is unsettled once something ran behind its Bind', () => {
    const names = new Names();
    const claim = bind('p');
    names.claim(claim);
    names.portals.ran();
    expect(names.portals.find('p', 0, false)).toBe(UNSETTLED);
    names.settle(claim);
    expect(names.portals.find('p', 0, true)).toEqual(portal('p'));
  });

  test('of another segment is unsettled until all is answered', () => {
    const names = new Names();
    names.claim(bind('p'));
    expect(names.portals.find('p', 1, false)).toBe(UNSETTLED);
  });

  test('whose Bind failed is unknown', () => {
    const names = new Names();
    const claim = bind('p');
    names.claim(claim);
    names.abandon(claim);
    expect(names.portals.find('p', 0, true)).toBe(undefined);
  });

  test('that was closed is unknown', () => {
    const names = new Names();
    const [opened, closed] = [
      bind('p'),
      { space: 'portal', name: 'p', segment: 0, record: undefined } as const,
    ];
    names.claim(opened);
    names.settle(opened);
    names.portals.ran();
    names.claim(closed);
    expect(names.portals.find('p', 0, false)).toBe(undefined);
    names.settle(closed);
    names.portals.ran();
    expect(names.portals.find('p', 1, true)).toBe(undefined);
  });

  test('is unknown once its transaction has ended, and known again when it is opened again', () => {
    const names = new Names();
    const claim = bind('p');
    names.claim(claim);
    names.settle(claim);
    names.portals.ran();
    names.portals.transactionEnded();
    expect(names.portals.find('p', 1, true)).toBe(undefined);
    names.settle(claim);
    expect(names.portals.find('p', 1, true)).toEqual(portal('p'));
  });
});
