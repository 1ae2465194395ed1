// A disk that is full, as the system has it: a small file system of its own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { writeStatement } from './settings.ts';
import { makeStage } from './stage.ts';

const place = mkdtempSync(join(tmpdir(), 'journal-disk-'));
const whyNot = mounted();

function mounted(): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', place], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

afterAll(() => {
  if (whyNot === undefined) execFileSync('umount', [place]);
  rmSync(place, { recursive: true, force: true });
});

if (whyNot !== undefined) console.log(`skipped: no small file system could be mounted (${whyNot})`);

test.skipIf(whyNot !== undefined)(
  'denies while it is full, loses nothing it took, and goes on by itself',
  async () => {
    const stage = makeStage(place);
    const journal = await stage.open();
    const ballast = join(place, 'ballast');
    writeFileSync(ballast, Buffer.alloc(300 * 1_024));
    let taken = 0;
    let last = '';
    const fill = (): void => {
      for (;;) {
        last = writeStatement(journal, taken);
        taken += 1;
      }
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'audit_full', sqlstate: '53100' }));
    expect(taken).toBeGreaterThan(100);
    expect(journal.health).toMatchObject({ writable: false, full: true, lastError: 'ENOSPC' });

    // What was forwarded is remembered.
    const outcome = { type: 'statement.outcome', session: 'late', statement: last, members: '' };
    journal.appendSoon(outcome);
    expect(() => journal.append({ type: 'x', members: '' })).toThrow(/no room/);
    const before = await stage.verify();
    expect(before.problem).toBeUndefined();

    rmSync(ballast);
    await vi.waitFor(() => expect(journal.health).toMatchObject({ writable: true, full: false }), 10_000);
    journal.append({ type: 'after', members: '' });
    await journal.close();
    const events = await stage.events();
    expect(events.filter(({ type }) => type === 'statement.intent')).toHaveLength(taken);
    expect(events.filter(({ event }) => event.session === 'late')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'x')).toHaveLength(0);
    expect(await stage.verify()).toMatchObject({ problem: undefined, duplicates: 0 });
  },
);
