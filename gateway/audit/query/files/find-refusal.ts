// Finds the refusal of one decision in the chains of a gateway, the newest first, within a bound of bytes and time.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readLine } from '../../event/line.ts';
import { segmentFile, segmentsIn } from '../../journal/segments.ts';
import { type Entry, EntryReader } from '../source/entry.ts';
import { type Allowance, readBackwards } from './read-backwards.ts';

export type RefusalSearch = Readonly<{
  /** Of all chains: `data_dir/audit`. */
  folder: string;
  decisionId: string;
  bytes: number;
  milliseconds: number;
}>;

/** Undefined: there is none, or none as far as could be read. */
export async function findRefusal(search: RefusalSearch): Promise<Entry | undefined> {
  const { folder, decisionId, bytes, milliseconds } = search;
  const allowance: Allowance = { bytes, until: performance.now() + milliseconds };
  for (const file of await newestFirst(folder)) {
    const found = await findIn(file, decisionId, allowance);
    if (found !== undefined) return found;
    if (allowance.bytes <= 0 || performance.now() > allowance.until) return undefined;
  }
  return undefined;
}

async function newestFirst(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const chains = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const files = chains.flatMap((chain) => segmentsIn(chain).map((segment) => segmentFile(chain, segment)));
  const times = await Promise.all(
    // One that was deleted meanwhile is no news.
    files.map(async (file) => ({ file, time: (await stat(file).catch(() => undefined))?.mtimeMs })),
  );
  return times
    .flatMap(({ file, time }) => (time === undefined ? [] : [{ file, time }]))
    .sort((one, other) => other.time - one.time)
    .map(({ file }) => file);
}

/** What it shares with others stands before it in the same file. */
async function findIn(file: string, decisionId: string, allowance: Allowance): Promise<Entry | undefined> {
  const reader = new EntryReader();
  const wanted = Buffer.from(`"decision_id":${JSON.stringify(decisionId)}`);
  let line: string | undefined;
  const missing = new Set<string>();
  try {
    for await (const bytes of readBackwards(file, allowance)) {
      line ??= refusalIn(bytes, wanted);
      if (line === undefined) continue;
      if (missing.size === 0) {
        const shapes = new EntryReader().read(line)[0]?.event.shapes ?? {};
        for (const hash of Object.values(shapes)) missing.add(hash);
      }
      for (const hash of missing) {
        const subject = lineAt(bytes, bytes.indexOf(`{"shape":"${hash}","subject":`));
        if (subject === undefined) continue;
        reader.read(subject);
        missing.delete(hash);
      }
      if (missing.size === 0) return reader.read(line)[0];
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return undefined;
}

/** Within a text, quotes have a backslash before them: what is found is a member. */
function refusalIn(bytes: Buffer, wanted: Buffer): string | undefined {
  for (let at = bytes.lastIndexOf(wanted); at > 0; at = bytes.lastIndexOf(wanted, at - 1)) {
    const line = lineAt(bytes, bytes.lastIndexOf(10, at) + 1);
    if (line !== undefined && readLine(line)?.type.endsWith('.refused') === true) return line;
  }
  return undefined;
}

function lineAt(bytes: Buffer, start: number): string | undefined {
  const end = start < 0 ? -1 : bytes.indexOf(10, start);
  return end < 0 ? undefined : bytes.toString('utf8', start, end);
}
