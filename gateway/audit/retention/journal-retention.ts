// Applies retention to the segments of a chain that are complete: what had its time goes from their lines, the chain stays.
import { open, rename, rm, stat } from 'node:fs/promises';
import { readLine, subjectIn } from '../event/line.ts';
import { removeOldIndex } from '../query/files/kept-indexes.ts';
import { EntryReader } from '../query/source/entry.ts';
import { readLines } from '../query/source/lines.ts';
import type { Fate, Fates } from './fate.ts';
import { redactedEvent, withoutSubject } from './redaction.ts';

export type SegmentReport = Readonly<{
  file: string;
  /** Of its events, without the chain's own. */
  events: number;
  held: number;
  /** Of which the members went now. */
  redacted: number;
  subjects: number;
  /** Nothing in it has time left. */
  isOver: boolean;
  /** It is to be deleted as a whole: it is over, and so are all before it. */
  goes: boolean;
}>;

export type HowToApply = Readonly<{
  /** Nothing is written. */
  isDry: boolean;
  /** Whoever asks deletes none of them. */
  keepsSegments?: boolean;
}>;

/** Segments in their order. What is over and stays, behind one that does, loses what was in it as well. */
export async function applyToSegments(
  files: readonly string[],
  fates: Fates,
  { isDry, keepsSegments = false }: HowToApply,
): Promise<readonly SegmentReport[]> {
  const reports: SegmentReport[] = [];
  let mayGo = !keepsSegments;
  for (const file of files) {
    const judged = await judge(file, fates);
    const report = reportOf(file, judged, mayGo);
    mayGo = report.goes;
    reports.push(report);
    if (isDry || report.goes) continue;
    if (report.redacted > 0 || report.subjects > 0) await rewrite(file, judged);
    await removeOldIndex(file);
  }
  return reports;
}

type Judged = Readonly<{
  /** Of lines, by the numbers that these begin with; those that are not simply kept. */
  fates: ReadonlyMap<number, Exclude<Fate, 'kept'>>;
  events: number;
  held: number;
  over: number;
  /** Hashes of subjects that are still told of. */
  needed: ReadonlySet<string>;
  /** There is something in these yet. */
  redactable: number;
  subjects: ReadonlySet<string>;
}>;

async function judge(file: string, of: Fates): Promise<Judged> {
  const reader = new EntryReader();
  const fates = new Map<number, Exclude<Fate, 'kept'>>();
  const needed = new Set<string>();
  const subjects = new Set<string>();
  const counts = { events: 0, held: 0, over: 0, redactable: 0 };
  for await (const line of eachLine(file)) {
    const entries = reader.read(line);
    const [first] = entries;
    if (first === undefined) {
      const hash = withoutSubject(line) === undefined ? undefined : subjectIn(line)?.hash;
      if (hash !== undefined) subjects.add(hash);
      continue;
    }
    const { seq, type, redacted: wasFor } = first.event;
    const fate = of.ofLine(entries);
    if (!type.startsWith('audit.')) counts.events += entries.length;
    if (fate !== 'kept') fates.set(seq, fate);
    if (fate === 'held') counts.held += entries.length;
    if (fate === 'age') counts.over += entries.length;
    if ((fate === 'age' || fate === 'label') && redactedEvent(line, fate) !== undefined)
      counts.redactable += entries.length;
    const goes =
      fate === 'age' || wasFor === 'age' ? 'age' : fate === 'label' || wasFor === 'label' ? 'label' : 'kept';
    for (const { event } of entries)
      for (const [name, hash] of Object.entries(event.shapes ?? {}))
        if (goes === 'kept' || (goes === 'label' && name !== 'statement')) needed.add(hash);
  }
  for (const hash of needed) subjects.delete(hash);
  return { fates, ...counts, needed, subjects };
}

function reportOf(
  file: string,
  { events, held, over, redactable, subjects }: Judged,
  mayGo: boolean,
): SegmentReport {
  const isOver = events > 0 && held === 0 && over === events;
  const goes = mayGo && isOver;
  return { file, events, held, redacted: goes ? 0 : redactable, subjects: subjects.size, isOver, goes };
}

/** Beside the file, and then in its place: whoever stops halfway leaves the one or the other. */
async function rewrite(file: string, { fates, subjects }: Judged): Promise<void> {
  const beside = `${file}.redacting`;
  const { size } = await stat(file);
  const to = await open(beside, 'w', 0o600);
  try {
    let text = '';
    for await (const line of eachLine(file)) {
      text += `${redactedLine(line, fates, subjects) ?? line}\n`;
      if (text.length > 1 << 20) {
        await to.write(text);
        text = '';
      }
    }
    await to.write(text);
    await to.datasync();
    if ((await to.stat()).size !== size) throw new Error('a segment without details has another length');
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  } finally {
    await to.close();
  }
  await rename(beside, file);
}

function redactedLine(
  line: string,
  fates: Judged['fates'],
  subjects: ReadonlySet<string>,
): string | undefined {
  const subject = subjectIn(line);
  if (subject !== undefined) return subjects.has(subject.hash) ? withoutSubject(line) : undefined;
  const fate = fates.get(readLine(line)?.seq ?? 0);
  return fate === 'age' || fate === 'label' ? redactedEvent(line, fate) : undefined;
}

async function* eachLine(path: string): AsyncGenerator<string> {
  const { size } = await stat(path);
  for await (const { lines } of readLines({ path, from: 0, to: size })) yield* lines;
}
