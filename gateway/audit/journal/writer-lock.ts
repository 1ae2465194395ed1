// One writer a chain: a lock that the death of its holder opens, also in another container or after a restart.
//
// The files `writer-N.lock` are generations. Whoever finds that the holder of the newest is gone makes the next one,
// which only one process can; so nobody ever removes a lock that somebody else has just taken.
import { randomUUID } from 'node:crypto';
import {
  linkSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../../lib/index.ts';

/** A holder shows that it lives this often; one that cannot be looked up is gone after so long. */
const beatMs = 2_000;
const goneAfterMs = 10_000;

export class JournalLocked extends Error {}

type Holder = Readonly<{ boot: string; space: string; pid: number; started: string }>;

/** How it was left by whoever had it before, if anybody had. */
export type LeftBehind = 'released' | (typeof notReleased)[number];

const notReleased = ['never held', 'by a process that died', 'by a machine that stopped'] as const;

export class WriterLock {
  readonly left: LeftBehind;
  readonly #file: string;
  readonly #beat: NodeJS.Timeout;

  private constructor(file: string, left: LeftBehind) {
    this.left = left;
    this.#file = file;
    this.#beat = setInterval(() => touch(file), beatMs).unref();
  }

  /**
   * Waits for a holder that cannot be looked up, as it runs elsewhere.
   *
   * @throws JournalLocked while another process writes there
   */
  static async take(folder: string): Promise<WriterLock> {
    const deadline = Date.now() + goneAfterMs + beatMs;
    for (;;) {
      const newest = generations(folder).at(-1) ?? 0;
      const standing = newest === 0 ? 'never held' : standingOf(lockFile(folder, newest));
      if (standing !== 'lives' && standing !== 'unknown') {
        const file = lockFile(folder, newest + 1);
        if (made(folder, file)) {
          for (const older of generations(folder)) {
            if (older <= newest) rmSync(lockFile(folder, older), { force: true });
          }
          return new WriterLock(file, standing);
        }
      } else if (standing === 'lives' || Date.now() > deadline) {
        throw new JournalLocked(`another process writes the audit journal ${folder}`);
      }
      await sleep(200);
    }
  }

  /** The file stays, with nobody in it: the next generation counts on from it. */
  release(): void {
    clearInterval(this.#beat);
    writeFileSync(this.#file, '');
  }

  /** Nothing was done here: what was left behind is still to be seen to. */
  giveBack(): void {
    clearInterval(this.#beat);
    writeFileSync(this.#file, this.left === 'released' ? '' : this.left);
  }
}

const pattern = /^writer-(\d+)\.lock$/;
const lockFile = (folder: string, generation: number): string => join(folder, `writer-${generation}.lock`);

function generations(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Appears with its content or not at all. */
function made(folder: string, file: string): boolean {
  const draft = join(folder, `.writer-${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(self()), { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function standingOf(file: string): 'lives' | 'unknown' | LeftBehind {
  let text: string;
  let beatenAt: number;
  try {
    text = readFileSync(file, 'utf8');
    beatenAt = statSync(file).mtimeMs;
  } catch {
    return 'unknown';
  }
  if (text === '') return 'released';
  const left = notReleased.find((each) => each === text);
  if (left !== undefined) return left;
  const { boot, space, pid, started } = JSON.parse(text) as Holder;
  const here = self();
  if (boot === here.boot && space === here.space)
    return isRunning(pid) && startOf(pid) === started ? 'lives' : 'by a process that died';
  if (Date.now() - beatenAt <= goneAfterMs) return 'unknown';
  return boot === here.boot ? 'by a process that died' : 'by a machine that stopped';
}

/** Processes can look each other up in one space of process ids, and what they wrote is there in one boot of a machine. */
function self(): Holder {
  const { pid } = process;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { boot, space: readlinkSync('/proc/self/ns/pid'), pid, started: startOf(pid) };
  } catch {
    // Elsewhere than on Linux, the time of the last start to the minute has to do.
    const boot = `${hostname()} ${Math.round((Date.now() / 1_000 - uptime()) / 60)}`;
    return { boot, space: '', pid, started: startOf(pid) };
  }
}

/** Process ids come again; with the time of their start they do not. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {}
}
