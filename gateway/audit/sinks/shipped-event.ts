// From an event as the journal gives it to one as sinks get it: what they need of its head is read without parsing the
// rest, which is a hundred times as long.
import type { StoredEvent } from '../journal/types.ts';
import type { ShippedEvent } from './sink.ts';

const text = '"((?:[^"\\\\]|\\\\.)*)"';
/** In the order in which event/line.ts spells it. */
const head = new RegExp(`"time":${text},"type":${text}(?:,"session":${text})?(?:,"statement":${text})?`);

export function shippedEvent({
  id,
  seq,
  type,
  json,
}: Pick<StoredEvent, 'id' | 'seq' | 'type' | 'json'>): ShippedEvent {
  const [, time = '', , session, statement] = head.exec(json) ?? [];
  return { id, seq, type, json, time, session: plain(session), statement: plain(statement) };
}

function plain(quoted: string | undefined): string | undefined {
  return quoted?.includes('\\') ? (JSON.parse(`"${quoted}"`) as string) : quoted;
}
