// What is let through is written at the end of the event loop's turn, all of it at once, and nobody goes on before.
import { closeSync, openSync, readdirSync, readlinkSync, statfsSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Journal } from '../../../gateway/audit/index.ts';
import type { Fault } from '../../../gateway/lib/index.ts';
import { makeStage, type Stage } from './stage.ts';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, statfsSync: vi.fn(fs.statfsSync) };
});

let stage: Stage;
let journal: Journal;
beforeEach(async () => {
  stage = makeStage();
  journal = await stage.open();
});
afterEach(async () => {
  vi.mocked(statfsSync).mockRestore();
  await journal.close();
  stage.remove();
});

const intent = (session: string) => ({ type: 'statement.intent', session, members: '' });

/** What somebody is told who waits. */
function waiting(): { told: (string | Fault)[] } {
  const told: (string | Fault)[] = [];
  journal.ahead.wait({
    recorded: () => told.push(stage.text().includes('"session":"last"') ? 'recorded' : 'too early'),
    lost: (fault) => told.push(fault),
  });
  return { told };
}

/** In the place of the file stands what nothing can be written to. */
function loseFile(): void {
  const file = stage.files()[0];
  const fd = readdirSync('/proc/self/fd').find((each) => linkOf(each) === file);
  closeSync(Number(fd));
  expect(openSync('/dev/null', 'r')).toBe(Number(fd));
}

function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

describe('what is appended ahead', () => {
  test('is in the file when whoever waits is told, which is in the same turn', async () => {
    expect(journal.ahead.pending).toBe(false);
    const ids = ['first', 'last'].map((session) => journal.appendAhead(intent(session)));
    expect(journal.ahead.pending).toBe(true);
    expect(stage.text()).not.toContain('"session":"first"');
    const one = waiting();
    const other = waiting();
    expect(one.told).toEqual([]);
    await turn();
    expect([one.told, other.told]).toEqual([['recorded'], ['recorded']]);
    expect(journal.ahead.pending).toBe(false);
    expect(waiting().told).toEqual(['recorded']);
    expect((await stage.events()).map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('goes in order with what is appended at once', async () => {
    journal.appendAhead(intent('first'));
    journal.append(intent('last'));
    expect(stage.text()).toMatch(/"session":"first"[^\n]*\n[^\n]*"session":"last"/);
    const { told } = waiting();
    await turn();
    expect(told).toEqual(['recorded']);
  });

  test('is told lost when it could not be written, refused at once from then on, and kept for later', async () => {
    const id = journal.appendAhead(intent('last'));
    const { told } = waiting();
    loseFile();
    await turn();
    expect(told).toMatchObject([{ code: 'audit_lost' }]);
    expect(() => journal.appendAhead(intent('another'))).toThrow(/cannot be recorded/);
    expect(journal.ahead.pending).toBe(false);
    await vi.waitFor(() => expect(journal.health.writable).toBe(true), 10_000);
    expect((await stage.events()).map(({ id }) => id)).toContain(id);
    expect(stage.text()).not.toContain('"another"');
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('is written at once where the disk is nearly full, or nobody can tell', async () => {
    vi.mocked(statfsSync).mockImplementation(() => {
      throw new Error('EIO');
    });
    journal.appendAhead(intent('last'));
    expect(journal.ahead.pending).toBe(false);
    expect(stage.text()).toContain('"session":"last"');
  });
});
