// What a recording consists of: the messages that a client received, of which statement and when, one behind the other.

/** What stands in front of each: its length, its kind, when, and of which statement. */
const HEADER = 13;

/** How much room there is at first. */
const LEAST = 4096;
const nothing = Buffer.alloc(0);

const Kind = { session: 1, statement: 2, message: 3, cut: 4, end: 5 } as const;

export type CutReason = 'session_limit' | 'statement_limit' | 'message_limit' | 'not_written';

/** `at`: milliseconds since 1970. */
export type RecordedItem =
  | Readonly<{ kind: 'session'; at: number; session: string }>
  /** Its answer follows. */
  | Readonly<{ kind: 'statement'; at: number; statement: string }>
  /** One message of the protocol as the client received it, without its length. Of '' where that is missing. */
  | Readonly<{ kind: 'message'; at: number; statement: string; type: number; body: Buffer }>
  /** The rest of the message before it, of the answer, or of the session was not recorded. */
  | Readonly<{ kind: 'cut'; at: number; statement: string; because: CutReason; limit: number }>
  | Readonly<{ kind: 'end'; at: number }>;

/** Where records are written one behind the other; it grows as far as it is asked to. */
export class RecordBuffer {
  readonly #began: number;
  #bytes: Buffer = nothing;
  #length = 0;

  /** `began`: when the recording did. */
  constructor(began: number) {
    this.#began = began;
  }

  get length(): number {
    return this.#length;
  }

  session(at: number, session: string): void {
    this.#json(Kind.session, at, 0, { version: 1, session, began: this.#began });
  }

  statement(at: number, number: number, statement: string): void {
    this.#json(Kind.statement, at, number, { statement });
  }

  cut(at: number, number: number, because: CutReason, limit: number): void {
    this.#json(Kind.cut, at, number, { because, limit });
  }

  end(at: number): void {
    this.#json(Kind.end, at, 0, {});
  }

  message(at: number, number: number, type: number, body: Buffer, start: number, end: number): void {
    const to = this.#header(Kind.message, at, number, 1 + end - start);
    this.#bytes[to] = type;
    body.copy(this.#bytes, to + 1, start, end);
  }

  /** What was written so far. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** It is safe elsewhere: the next begins anew. */
  clear(): void {
    this.#bytes = nothing;
    this.#length = 0;
  }

  #json(kind: number, at: number, number: number, value: object): void {
    const text = Buffer.from(JSON.stringify(value));
    const to = this.#header(kind, at, number, text.length);
    text.copy(this.#bytes, to);
  }

  /** Where its content is to be written. */
  #header(kind: number, at: number, number: number, length: number): number {
    const start = this.#length;
    this.#makeRoom(start + HEADER + length);
    this.#bytes.writeUInt32BE(length, start);
    this.#bytes[start + 4] = kind;
    this.#bytes.writeUInt32BE(Math.max(0, at - this.#began), start + 5);
    this.#bytes.writeUInt32BE(number, start + 9);
    this.#length = start + HEADER + length;
    return start + HEADER;
  }

  #makeRoom(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2, LEAST));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Reads the content of one chunk after the other. */
export class RecordReader {
  #began: number | undefined;
  readonly #statements = new Map<number, string>();

  /** `from`: when the first of it was recorded, for where the beginning of the recording is missing. */
  *read(content: Buffer, from: number): Generator<RecordedItem> {
    for (let at = 0; at + HEADER <= content.length; ) {
      const length = content.readUInt32BE(at);
      const end = at + HEADER + length;
      if (end > content.length) return;
      const kind = content[at + 4] as number;
      const time = content.readUInt32BE(at + 5);
      this.#began ??= from - time;
      const number = content.readUInt32BE(at + 9);
      const item = this.#item(kind, this.#began + time, number, content.subarray(at + HEADER, end));
      // A newer gateway may record more than is known here.
      if (item !== undefined) yield item;
      at = end;
    }
  }

  #item(kind: number, at: number, number: number, content: Buffer): RecordedItem | undefined {
    const statement = this.#statements.get(number) ?? '';
    switch (kind) {
      case Kind.session: {
        const { session, began } = JSON.parse(content.toString()) as { session: string; began: number };
        this.#began = began;
        return { kind: 'session', at: began, session };
      }
      case Kind.statement: {
        const { statement: id } = JSON.parse(content.toString()) as { statement: string };
        this.#statements.set(number, id);
        return { kind: 'statement', at, statement: id };
      }
      case Kind.message:
        return { kind: 'message', at, statement, type: content[0] ?? 0, body: content.subarray(1) };
      case Kind.cut: {
        const { because, limit } = JSON.parse(content.toString()) as { because: CutReason; limit: number };
        return { kind: 'cut', at, statement, because, limit };
      }
      case Kind.end:
        return { kind: 'end', at };
      default:
        return undefined;
    }
  }
}
