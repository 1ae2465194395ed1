// The tables of the lanes.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { formatTable, printTable, writeJson } from './report.ts';

test('a table aligns text to the left and numbers to the right', () => {
  const rows = [
    { client: 'psql', seconds: 1.234 },
    { client: 'pgbench', seconds: 12, note: 'slow' },
  ];
  expect(formatTable('Clients', rows).split('\n')).toEqual([
    'Clients',
    'client   seconds  note',
    '───────  ───────  ────',
    'psql        1.23',
    'pgbench       12  slow',
  ]);
});

test('--json FILE gets the tables and the result', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-report-'));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  printTable('One', [{ a: 1 }]);
  await writeJson({ passed: 3 }, ['--quick', '--json', join(folder, 'result.json')]);
  const result = JSON.parse(await readFile(join(folder, 'result.json'), 'utf8'));
  expect(result).toEqual({ passed: 3, tables: [{ title: 'One', rows: [{ a: 1 }] }] });
  await rm(folder, { recursive: true });
});
