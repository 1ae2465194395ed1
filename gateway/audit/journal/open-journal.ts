// Opens a chain's folder for writing.
import { closeSync, fdatasyncSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalMembers, quoted } from '../event/canonical-json.ts';
import { type Draft, eventVersion, idOf } from '../event/event.ts';
import { subjectLine } from '../event/line.ts';
import { hashOf } from '../event/subject.ts';
import { beginning, type Journal, type JournalOptions } from './types.ts';

/** Of the event before the first. */
export const nothingBefore = 'A'.repeat(43);

export async function openJournal({ folder, chain, config, clock }: JournalOptions): Promise<Journal> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let seq = 0;
  let previous = nothingBefore;
  const last = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .at(-1);
  const file = join(folder, last ?? '000000000001.jsonl');
  if (last !== undefined) {
    for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
      if (!line.startsWith('{"version":')) continue;
      const event = JSON.parse(line);
      seq = event.seq;
      previous = event.hash;
    }
  }
  const fd = openSync(file, 'a', 0o600);
  const known = new Set<string>();
  const append = ({ type, session, statement, subjects, members }: Draft): string => {
    const id = idOf(chain, seq + 1);
    let text = '';
    for (const { hash, json } of Object.values(subjects ?? {})) {
      if (!known.has(hash)) text += subjectLine(hash, json);
      known.add(hash);
    }
    const shapes = Object.keys(subjects ?? {}).sort();
    const others = typeof members === 'string' ? members : canonicalMembers(members);
    const of = statement ?? (type.startsWith('statement.') ? id : undefined);
    let body = `{"version":${eventVersion},"chain":${quoted(chain)},"seq":${seq + 1},"previous":"${previous}"`;
    body += `,"time":"${new Date(clock.now()).toISOString()}","type":${quoted(type)}`;
    if (session !== undefined) body += `,"session":${quoted(session)}`;
    if (of !== undefined) body += `,"statement":${quoted(of)}`;
    if (shapes.length > 0)
      body += `,"shapes":{${shapes.map((name) => `${quoted(name)}:"${subjects?.[name]?.hash}"`).join(',')}}`;
    if (others !== '') body += `,${others}`;
    previous = hashOf(body);
    seq += 1;
    writeSync(fd, `${text}${body},"hash":"${previous}"}\n`);
    return id;
  };
  return {
    chain,
    append,
    appendSoon: append,
    acknowledged: async () => {},
    sinks: {
      register: () => beginning,
      acknowledge: () => {},
      away: () => {},
      back: () => {},
      onWritten: () => () => {},
    },
    get health() {
      return {
        writable: true,
        full: false,
        lastError: undefined,
        bytes: 0,
        maxBytes: config.journal.max_bytes,
        lastSeq: seq,
        open: 0,
        sinks: [],
      };
    },
    segments: () => [],
    deleteOldest: () => 0,
    families: () => [],
    close: async () => {
      fdatasyncSync(fd);
      closeSync(fd);
    },
  };
}
