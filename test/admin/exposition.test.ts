// Metrics as Prometheus reads them.
import { expect, test } from 'vitest';
import { expose } from '../../gateway/admin/metrics/exposition.ts';
import { Counts, Durations, gauge } from '../../gateway/lib/index.ts';
import { parseExposition } from './parse-exposition.ts';

test('a family is told once, with the samples of all processes', () => {
  const logins = new Counts('logins_total', 'Logins.', 'outcome', ['accepted', 'refused']);
  logins.add('accepted');
  logins.add('accepted');
  const text = expose([
    { process: '0', families: [logins.family(), gauge('sessions', 'Open ones.', 3)] },
    { process: '1', families: [logins.family(), gauge('sessions', 'Open ones.', 0.5)] },
  ]);
  expect(text).toBe(`# HELP logins_total Logins.
# TYPE logins_total counter
logins_total{process="0",outcome="accepted"} 2
logins_total{process="0",outcome="refused"} 0
logins_total{process="1",outcome="accepted"} 2
logins_total{process="1",outcome="refused"} 0
# HELP sessions Open ones.
# TYPE sessions gauge
sessions{process="0"} 3
sessions{process="1"} 0.5
`);
});

test('what the format has signs for is escaped, and read back as it was', () => {
  const odd = 'back\\slash "quoted"\nnext line, {braces} é';
  const text = expose([
    {
      process: '0',
      families: [gauge('odd', `help with \\ and\nlines "x"`, [{ labels: { resource: odd }, value: 1 }])],
    },
  ]);
  expect(text).toContain('# HELP odd help with \\\\ and\\nlines "x"\n');
  expect(parseExposition(text).samples).toEqual([
    { name: 'odd', labels: { process: '0', resource: odd }, value: 1 },
  ]);
});

test('numbers of every kind', () => {
  const values = [0, -1, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const samples = values.map((value, at) => ({ labels: { at: String(at) }, value }));
  const read = parseExposition(expose([{ process: '0', families: [gauge('numbers', 'All.', samples)] }]));
  expect(read.samples.map(({ value }) => value)).toEqual(values);
});

test('a family without samples isn’t told', () => {
  expect(expose([{ process: '0', families: [gauge('nothing', 'None.', [])] }])).toBe('');
  expect(expose([])).toBe('');
});

test('durations go into the bucket that they just fit', () => {
  const durations = new Durations('decision_seconds', 'Time.');
  for (const nanoseconds of [0, 5_000, 5_001, 999_999, 9e9]) durations.observe(nanoseconds);
  const { samples } = parseExposition(expose([{ process: '0', families: [durations.family()] }]));
  const at = (le: string) => samples.find(({ labels }) => labels.le === le)?.value;
  expect([at('0.000005'), at('0.00001'), at('0.0005'), at('0.001'), at('5'), at('+Inf')]).toEqual([
    2, 3, 3, 4, 4, 5,
  ]);
  expect(samples.find(({ name }) => name === 'decision_seconds_sum')?.value).toBeCloseTo(9.00101, 5);
});

test.each([
  ['no end of line', '# HELP a b\n# TYPE a gauge\na 1'],
  ['a value that is none', '# HELP a b\n# TYPE a gauge\na one\n'],
  ['a label without its quote', '# HELP a b\n# TYPE a gauge\na{x="1} 1\n'],
  ['the same series twice', '# HELP a b\n# TYPE a gauge\na 1\na 1\n'],
  ['a sample of another family', '# HELP a b\n# TYPE a gauge\nb 1\n'],
  ['a comma behind the last label', '# HELP a b\n# TYPE a gauge\na{x="1",} 1\n'],
  [
    'a histogram without its last bucket',
    '# HELP a b\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n',
  ],
])('the reader takes no text with %s', (_, text) => {
  expect(() => parseExposition(text)).toThrow();
});
