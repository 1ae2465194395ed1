// A journal in a folder of its own, and what a verification says of it.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../../gateway/audit/journal/open-journal.ts';
import { readEvents } from '../../../gateway/audit/journal/read-events.ts';
import { defaultKeyFile, openSigningKey } from '../../../gateway/audit/journal/signing-key.ts';
import type { Journal, JournalOptions, StoredEvent } from '../../../gateway/audit/journal/types.ts';
import type { ChainReport } from '../../../gateway/audit/verify/chain-check.ts';
import { readChainFolder } from '../../../gateway/audit/verify/read-files.ts';
import { Verification, type VerificationOptions } from '../../../gateway/audit/verify/verification.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { auditConfig, type Settings } from './settings.ts';

export type Stage = Readonly<{
  /** Of the chain. */
  folder: string;
  open(settings?: Settings, more?: Partial<JournalOptions>): Promise<Journal>;
  events(): Promise<readonly StoredEvent[]>;
  /** With the public key, unless `options` says otherwise. */
  verify(options?: Partial<VerificationOptions>): Promise<ChainReport>;
  files(): readonly string[];
  text(): string;
  remove(): void;
}>;

/** In memory where there is such a folder: a test opens and closes a journal a thousand times. */
const shelf = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export function makeStage(base = mkdtempSync(join(shelf, 'journal-'))): Stage {
  const folder = join(base, 'gateway-0');
  const files = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .map((name) => join(folder, name));
  return {
    folder,
    open: (settings, more) =>
      openJournal({
        ...{ folder, chain: 'gateway-0', config: auditConfig(settings), log: silentLog, clock: systemClock },
        ...more,
      }),
    events: () => eventsIn(folder),
    verify: async (options) => {
      const keys = options?.keys ?? [openSigningKey(defaultKeyFile(base), { create: false })];
      const verification = new Verification({ heads: [], isWhole: true, ...options, keys });
      for await (const one of readChainFolder(folder)) verification.see(one);
      const [report] = verification.end();
      if (report === undefined) throw new Error('there is no chain');
      return report;
    },
    files,
    text: () =>
      files()
        .map((file) => readFileSync(file, 'utf8'))
        .join(''),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

async function eventsIn(folder: string): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of readEvents(folder)) events.push(event);
  return events;
}
