// The page that explain prints for a statement.
import { stripVTControlCharacters, styleText } from 'node:util';
import { describe, expect, test } from 'vitest';
import { renderFacts } from '../../../gateway/cli/explain/render-facts.ts';
import { type Paint, plain } from '../../../gateway/cli/page/paint.ts';
import type { StatementFacts } from '../../../gateway/sql/index.ts';
import { sampleFacts } from '../../sql/facts/sample-facts.ts';

const render = (facts: StatementFacts, page: { width?: number; paint?: Paint; verbose?: boolean } = {}) =>
  renderFacts(facts, { width: 80, paint: plain, verbose: false, ...page });

const linesOf = (text: string): string[] => text.split('\n');

test('a page has what rules can ask for, in the words of the input document', () => {
  expect(linesOf(render(sampleFacts.throughView))).toEqual([
    'SELECT  kind select · read_only · limit 5 · catalog 7',
    '',
    'Opaque: it may touch more than is listed here',
    "  function  calls the plpgsql function public.touch(integer), whose reads aren't",
    '            known',
    '',
    'Relations',
    '  public.open_tickets  view   select',
    '  public.customers     table  select  through public.open_tickets',
    '',
    'Columns',
    '  public.open_tickets',
    '    email  output, predicate     pii.email',
    '  public.customers',
    '    email  output, inside: join  pii.email',
    '    1 inside (--verbose lists them)',
    '',
    'Outputs',
    '  1  email  pii.email  is public.open_tickets.email, public.customers.email',
    '  2  touch             of no column',
    '',
    'Functions',
    '  public.touch(integer)  opaque  nothing is known of it; plpgsql, volatile;',
    '                                 security definer',
    '  2 pure (--verbose lists them)',
    '',
  ]);
});

test('writes say which rows they reach', () => {
  const page = render(sampleFacts.writing, { width: 100 });
  expect(page).toMatch(/update +public\.orders \(status\) +key_equality +one row at most, by its whole key/);
  expect(page).toMatch(/delete +public\.carts +none +every row: there is no WHERE; through rule tidy/);
  expect(page).toMatch(/insert +public\.log \(at, what\) +2 rows/);
});

test('utility statements say what they do to objects, rights and the session', () => {
  const page = render(sampleFacts.utility, { width: 120 });
  for (const sentence of [
    /^EXPLAIN of UPDATE /,
    /drop +TABLE +public\.orders/,
    /grant +select \(id, name\), update +on TABLE public\.customers, orders +to bob, PUBLIC, with grant option/,
    /revoke +membership +in admins +from bob/,
    /set +search_path = a, b, for this transaction/,
    /copy +public\.t \(a, b\) to the program gzip > x/,
    /copy +into t from the client/,
    /transaction +rollback_to here/,
  ]) {
    expect(page).toMatch(sentence);
  }
});

test('a statement that touches nothing says so; an opaque one never does', () => {
  expect(render(sampleFacts.nothing)).toContain('It touches nothing of the database.');
  const opaque = [{ reason: 'dynamic', because: 'runs SQL that is text' }] as const;
  expect(render({ ...sampleFacts.nothing, opaque })).not.toContain('touches nothing');
});

test('--verbose lists what only computes or is used inside, and the labels of relations', () => {
  const page = render(sampleFacts.throughView, { verbose: true, width: 120 });
  expect(page).toMatch(
    /pg_catalog\.int8eq\(bigint,bigint\) +pure .*\n.*called as operator; through public\.open_/,
  );
  expect(page).toMatch(/public\.customers +table +select +pii\.email, pii\.ssn +through/);
  expect(page).toMatch(/ id +inside: join/);
  expect(page).not.toContain('--verbose');
});

describe.each([60, 80, 120])('on %i columns', (width) => {
  test.each(Object.entries(sampleFacts))('%s fits', (_, facts) => {
    const widest = Math.max(...linesOf(render(facts, { width, verbose: true })).map(({ length }) => length));
    expect(widest).toBeLessThanOrEqual(width);
  });

  test('long lists wrap below where they began', () => {
    const columns = Array.from({ length: 40 }, (_, at) => `column_${at}`);
    const [write] = sampleFacts.writing.writes;
    if (write === undefined) throw new Error('there is a write');
    const page = render({ ...sampleFacts.writing, writes: [{ ...write, columns }] }, { width });
    expect(Math.max(...linesOf(page).map(({ length }) => length))).toBeLessThanOrEqual(width);
    expect(page.match(/column_\d+/g)).toEqual(columns);
  });
});

test('colour changes nothing but the colour', () => {
  const paint: Paint = (style, text) => styleText(style, text, { validateStream: false });
  for (const facts of Object.values(sampleFacts)) {
    const page = render(facts, { paint });
    expect(page).not.toBe(render(facts));
    expect(stripVTControlCharacters(page)).toBe(render(facts));
  }
});

test('names cannot steer the terminal', () => {
  const [column] = sampleFacts.throughView.columns;
  if (column === undefined) throw new Error('there is a column');
  const steering = { ...column, name: 'a\x1b[2Jb', table: 'c\r\u202ed', labels: ['\x07'] };
  const page = render({ ...sampleFacts.nothing, tag: 'SELECT', columns: [steering] });
  expect(page.match(/[\p{Cc}\p{Cf}]/gu)?.every((character) => character === '\n')).toBe(true);
  expect(page).toContain('a\\x1B[2Jb');
});
