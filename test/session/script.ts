// Plays the same bytes to a server and to the gateway, and keeps every byte that comes back.
import type { RawClient } from '../support/raw-client.ts';
import { type BackendMessage, frontend, summary } from '../support/raw-client.ts';

/** Bytes to send, or the type of a message to wait for before going on. */
export type Step = Buffer | Readonly<{ until: string }>;
export type Script = Readonly<{ name: string; steps: readonly Step[]; fatal?: boolean }>;

/** How the bytes of a step are cut; each piece is a chunk of its own for the reader. */
export type Cut = (bytes: Buffer) => readonly Buffer[];

const SENTINEL = 'the last answer of this script';

export const whole: Cut = (bytes) => [bytes];
export const singleBytes: Cut = (bytes) => Array.from(bytes, (byte) => Buffer.from([byte]));
export const at =
  (...places: readonly number[]): Cut =>
  (bytes) => {
    const ends = [...places.map((place) => place % (bytes.length + 1)), 0, bytes.length];
    ends.sort((a, b) => a - b);
    return ends.slice(1).map((end, index) => bytes.subarray(ends[index], end));
  };

export type Transcript = Readonly<{ bytes: Buffer; messages: readonly BackendMessage[]; line: string }>;

/** Everything the script is answered, up to the answer of a query of our own behind it. */
export async function play(client: RawClient, script: Script, cut: Cut = whole): Promise<Transcript> {
  const messages: BackendMessage[] = [];
  for (const step of script.steps) {
    if (!Buffer.isBuffer(step)) {
      messages.push(...(await client.until(step.until)));
      continue;
    }
    for (const piece of cut(step)) {
      if (piece.length === 0) continue;
      client.send(piece);
      // The gateway runs in this process: after two turns of the loop it has read the piece.
      if (piece.length < step.length) await turns(2);
    }
  }
  if (script.fatal) messages.push(...(await client.untilEnd()));
  else {
    client.send(frontend.query(`SELECT '${SENTINEL}'`));
    let seen = false;
    while (!seen) {
      const answers = await client.until('Z');
      messages.push(...answers);
      seen = answers.some((message) => message.type === 'D' && message.texts[0] === SENTINEL);
    }
  }
  return {
    bytes: Buffer.concat(messages.map((message) => message.bytes)),
    messages,
    line: summary(messages),
  };
}

export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
