// Keeps the events that a sink will never have, where the configuration says that they must not hold up the others: on
// disk before anything goes on, to be looked at by people.
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ShippedEvent } from '../sinks/sink.ts';

export async function setAside(
  folder: string,
  sink: string,
  { json }: ShippedEvent,
  problem: string,
): Promise<void> {
  const place = join(folder, 'set-aside');
  await mkdir(place, { recursive: true, mode: 0o700 });
  const file = await open(join(place, `${sink}.jsonl`), 'a', 0o600);
  try {
    await file.write(`{"problem":${JSON.stringify(problem)},"event":${json}}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}
