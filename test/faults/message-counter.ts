// Reads an answer that is larger than memory should hold: counts messages and bytes, keeps nothing.
import type { RawClient } from '../support/raw-client.ts';
import { within } from '../support/wait.ts';

export type Counted = Readonly<{
  /** The first letter of each run of equal messages, for example TDCZ. */
  types: string;
  messages: number;
  bytes: number;
  /** The length of the largest message's body. */
  largest: number;
}>;

const HEADER = 5;

/** Takes the client's stream over and reads until that many ReadyForQuery have come; then the client has it back. */
export async function countMessages(client: RawClient, milliseconds: number, ready = 1): Promise<Counted> {
  const { stream, unread } = client.socket.takeOver();
  const counter = new MessageCounter(ready);
  const finished = new Promise<void>((resolve, reject) => {
    const feed = (chunk: Buffer): void => {
      if (counter.feed(chunk)) resolve();
    };
    stream.on('data', feed);
    stream.once('close', () =>
      reject(new Error(`the connection ended after ${counter.result().bytes} bytes`)),
    );
    feed(unread);
    stream.resume();
  });
  await within(milliseconds, 'the end of a large answer', finished);
  stream.removeAllListeners('data');
  client.socket.takeBack();
  return counter.result();
}

class MessageCounter {
  #ready: number;
  #header = Buffer.alloc(HEADER);
  #have = 0;
  #skip = 0;
  #types = '';
  #messages = 0;
  #bytes = 0;
  #largest = 0;

  constructor(ready: number) {
    this.#ready = ready;
  }

  /** True once the last ReadyForQuery is complete. */
  feed(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    for (let at = 0; at < chunk.length; ) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      const step = Math.min(HEADER - this.#have, chunk.length - at);
      chunk.copy(this.#header, this.#have, at, at + step);
      this.#have += step;
      at += step;
      if (this.#have === HEADER) this.#count();
    }
    return this.#ready <= 0 && this.#skip === 0 && this.#have === 0;
  }

  result(): Counted {
    return { types: this.#types, messages: this.#messages, bytes: this.#bytes, largest: this.#largest };
  }

  #count(): void {
    const type = String.fromCharCode(this.#header[0] ?? 0);
    this.#have = 0;
    this.#skip = this.#header.readUInt32BE(1) - 4;
    this.#messages += 1;
    this.#largest = Math.max(this.#largest, this.#skip);
    if (!this.#types.endsWith(type)) this.#types += type;
    if (type === 'Z') this.#ready -= 1;
  }
}
