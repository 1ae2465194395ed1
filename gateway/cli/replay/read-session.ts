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
  const { own, approvals } = await entriesOf(parts, typed);
  const ids = new Set(own.map((entry) => entry.event.session ?? sessionAskedFor(entry)));
  const [id, another] = ids;
  if (id === undefined)
    throw new CommandError(`there is no session "${typed}" among these events`, {
      hint: 'portcullis audit query finds sessions by who they were of; those that go on are in portcullis sessions list.',
    });
  if (another !== undefined)
    throw new CommandError(`${ids.size} sessions begin with "${typed}"`, {
      hint: `Give more of the id: ${[...ids].slice(0, 5).join(', ')}.`,
    });
  const asked = new Set(own.map(approvalOf));
  const about = approvals.filter(
    (entry) => entry.event.session === undefined && asked.has(approvalOf(entry)),
  );
  // Shipped at least once: an event may be there twice.
  const entries = [...new Map([...own, ...about].map((entry) => [entry.event.id, entry])).values()];
  return { id, entries: entries.toSorted(byTime), recording: recordingOf(entries) };
}

type Entries = Readonly<{ own: readonly Entry[]; approvals: readonly Entry[] }>;

/** What people say of a request is no event of the session that waits for it. */
async function entriesOf(parts: readonly Part[], typed: string): Promise<Entries> {
  const mark = `"session":${JSON.stringify(typed).slice(0, -1)}`;
  const { mayMatter } = new MarkedLines([mark, '"type":"approval.', `/v1/sessions/${typed}`]);
  const own: Entry[] = [];
  const approvals: Entry[] = [];
  for (const part of parts) {
    for await (const { entries } of readPart(part, {}, mayMatter)) {
      for (const entry of entries) {
        if ((entry.event.session ?? sessionAskedFor(entry))?.startsWith(typed)) own.push(entry);
        else if (approvalOf(entry) !== undefined) approvals.push(entry);
      }
    }
  }
  return { own, approvals };
}

/** Of what an administrator sends to the admin side, such as the end of a session. */
function sessionAskedFor({ event }: Entry): string | undefined {
  if (event.type !== 'administration.sessions') return undefined;
  const { path = '' } = (event.request ?? {}) as { path?: string };
  return /^\/v1\/sessions\/([^/]+)/.exec(path)?.[1];
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
  return known.file === undefined || known.isRemoved ? undefined : known;
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
