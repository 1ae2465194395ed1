// Reads a chain's folder, from whichever process, and puts back into each event what its subjects say.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { idOf } from '../event/event.ts';
import { subjectIn } from '../event/line.ts';
import { beginning, type ReadOptions, type StoredEvent } from './types.ts';

/** Never throws on a torn last line: it is being written, or never was. */
export async function* readEvents(folder: string, { from = beginning }: ReadOptions = {}) {
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort()) {
    const segment = Number.parseInt(name, 10);
    if (segment < from.segment) continue;
    const subjects = new Map<string, string>();
    let offset = 0;
    for (const line of (await readFile(join(folder, name), 'utf8')).split('\n').slice(0, -1)) {
      offset += Buffer.byteLength(line) + 1;
      const subject = subjectIn(line);
      if (subject !== undefined) {
        subjects.set(subject.hash, subject.json);
        continue;
      }
      const raw = JSON.parse(line);
      if (raw.seq <= from.seq) continue;
      const id = idOf(raw.chain, raw.seq);
      const expanded = Object.entries<string>(raw.shapes ?? {})
        .map(([shape, hash]) => `"${shape}":${subjects.get(hash)}`)
        .join(',');
      const json = `{"version":1,"id":"${id}"${line.slice(12, -1)}${expanded && `,"subjects":{${expanded}}`}}`;
      const event: StoredEvent = {
        id,
        seq: raw.seq,
        type: raw.type,
        position: { segment, offset, seq: raw.seq },
        json,
        get event() {
          return JSON.parse(json);
        },
      };
      yield event;
    }
  }
}
