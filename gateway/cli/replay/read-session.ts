// Finds one session among the events of an audit, and the recording of its rows.

import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { type Entry, KnownRecording, MarkedLines, type Part, readPart } from '../../audit/index.ts';
import { CommandError } from '../command.ts';

export type FoundSession = Readonly<{
  id: string;
  /** In the order of their times. */
  entries: readonly Entry[];
  /** Of its rows; undefined where none were kept. */
  recording: KnownRecording | undefined;
}>;

/** `typed`: the id, or the beginning of it. */
export async function readSession(parts: readonly Part[], typed: string): Promise<FoundSession> {
  const wanted = typed.toLowerCase();
  const { fitting, around } = wanted === '' ? { fitting: [], around: [] } : await entriesOf(parts, wanted);
  const id = onlyOne(new Set(fitting.map(({ event }) => event.session as string)), wanted);
  const own = [
    ...fitting.filter(({ event }) => event.session === id),
    ...around.filter((entry) => sessionAskedFor(entry) === id),
  ];
  const asked = new Set(own.map(approvalOf));
  const about = around.filter((entry) => approvalOf(entry) !== undefined && asked.has(approvalOf(entry)));
  // Shipped at least once: an event may be there twice.
  const entries = [...new Map([...own, ...about].map((entry) => [entry.event.id, entry])).values()];
  return { id, entries: entries.toSorted(byTime), recording: recordingOf(entries) };
}

function onlyOne(ids: ReadonlySet<string>, typed: string): string {
  const [id, another] = ids.has(typed) ? [typed] : ids;
  if (id === undefined)
    throw new CommandError(`there is no session "${typed}" among these events`, {
      hint: 'portcullis audit query finds sessions by who they were of; those that go on are in portcullis sessions list.',
    });
  if (another !== undefined)
    throw new CommandError(`${ids.size} sessions begin with "${typed}"`, {
      hint: `Give more of the id: ${[...ids].slice(0, 5).join(', ')}.`,
    });
  return id;
}

/** `around`: of no session, and yet about one, as what people say of a request that it waits for. */
type Entries = Readonly<{ fitting: readonly Entry[]; around: readonly Entry[] }>;

async function entriesOf(parts: readonly Part[], typed: string): Promise<Entries> {
  const mark = `"session":${JSON.stringify(typed).slice(0, -1)}`;
  const { mayMatter } = new MarkedLines([mark, '"type":"approval.', `/v1/sessions/${typed}`]);
  const fitting: Entry[] = [];
  const around: Entry[] = [];
  for (const part of parts) {
    for await (const { entries } of readPart(part, {}, mayMatter)) {
      for (const entry of entries) {
        const { session } = entry.event;
        if (session?.startsWith(typed) === true) fitting.push(entry);
        else if (session === undefined && isAround(entry)) around.push(entry);
      }
    }
  }
  return { fitting, around };
}

const isAround = (entry: Entry): boolean =>
  approvalOf(entry) !== undefined || sessionAskedFor(entry) !== undefined;

/** Whose end somebody asked the admin side for. Anybody may ask, and of ids that never were: that makes no session. */
function sessionAskedFor({ event }: Entry): string | undefined {
  if (event.type !== 'administration.sessions') return undefined;
  const { method, path = '' } = (event.request ?? {}) as { method?: string; path?: string };
  return method === 'DELETE' ? /^\/v1\/sessions\/([^/]+)$/.exec(path)?.[1] : undefined;
}

/** Of an event of an approval, which one it is. */
function approvalOf({ event }: Entry): string | undefined {
  if (!event.type.startsWith('approval.')) return undefined;
  const { id } = event.approval as { id?: string };
  return id;
}

/** What is written by another process in the same millisecond has no order. */
function byTime({ event: one }: Entry, { event: other }: Entry): number {
  if (one.time !== other.time) return one.time < other.time ? -1 : 1;
  return one.chain === other.chain ? one.seq - other.seq : 0;
}

function recordingOf(entries: readonly Entry[]): KnownRecording | undefined {
  const known = new KnownRecording();
  for (const { event } of entries) known.see(event);
  return known.file === undefined && !known.isRemoved ? undefined : known;
}

/** `place`: the folder of recordings, or the one file. The name comes from an event, and must not lead elsewhere. */
export async function recordingPath({ file = '' }: KnownRecording, place: string): Promise<string> {
  if (isAbsolute(file) || file.split(/[\\/]/).includes('..'))
    throw new CommandError(`the events name a file outside of the folder of recordings: ${file}`);
  try {
    const found = await stat(place);
    const path = found.isDirectory() ? join(place, file) : place;
    await stat(path);
    return path;
  } catch (error) {
    throw new CommandError(
      `the recording ${join(place, file)} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`,
      { hint: 'Name the folder of recordings, or the file, with --recordings.' },
    );
  }
}
