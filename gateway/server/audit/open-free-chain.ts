// The journal of a process: its chain of the last time, or the next one while another process still writes that.
import { join } from 'node:path';
import { type Journal, JournalLocked, openJournal } from '../../audit/index.ts';
import type { Config } from '../../config/index.ts';
import type { Clock, Log } from '../../lib/index.ts';
import { noJournal } from './no-journal.ts';

export type ChainOptions = Readonly<{
  config: Config;
  log: Log;
  clock: Clock;
  /** Tells the processes of one gateway apart. */
  index: number;
  /** Whether anything may go that no sink needs; while something is held and there is no sink, nothing may. */
  mayDelete?: () => boolean;
}>;

/** Processes that run at one time with one `data_dir`, as while one takes over from another. */
const CHAINS_MOST = 20;

export async function openFreeChain({
  config: { audit, data_dir: dataDir },
  log,
  clock,
  index,
  mayDelete = () => true,
}: ChainOptions): Promise<Readonly<{ journal: Journal; folder: string }>> {
  if (audit.mode === 'off') {
    log.warn('audit.mode is off: nothing is recorded of what is done');
    return { journal: noJournal, folder: '' };
  }
  const sinks = audit.sinks.map(({ name }) => name);
  for (let attempt = 1; ; attempt++) {
    const chain = attempt === 1 ? `gateway-${index}` : `gateway-${index}-${attempt}`;
    const folder = join(dataDir, 'audit', chain);
    try {
      return {
        journal: await openJournal({ folder, chain, config: audit, mayDelete, log, clock, sinks }),
        folder,
      };
    } catch (error) {
      if (!(error instanceof JournalLocked) || attempt === CHAINS_MOST) throw error;
    }
  }
}
