// One message a server sent: its exact bytes, and its fields decoded only when a test asks.

export type ServerFields = Readonly<Record<string, string>>;
export type RawColumn = Readonly<{
  name: string;
  tableOid: number;
  attribute: number;
  typeOid: number;
  format: number;
}>;

/** A server's ErrorResponse where the test expected none. `fields.C` is the SQLSTATE, `fields.M` the message. */
export class ServerError extends Error {
  readonly fields: ServerFields;
  constructor(fields: ServerFields) {
    super(`${fields.S ?? '?'} ${fields.C ?? '?'}: ${fields.M ?? ''}`);
    this.name = 'ServerError';
    this.fields = fields;
  }
}

export class BackendMessage {
  /** The whole message with its header. */
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get type(): string {
    return String.fromCharCode(this.bytes[0] ?? 0);
  }

  get body(): Buffer {
    return this.bytes.subarray(5);
  }

  /** ErrorResponse and NoticeResponse: field code → value. */
  get fields(): ServerFields {
    this.#expect('EN');
    const fields: Record<string, string> = {};
    for (const part of this.body.toString('utf8').split('\0')) {
      if (part.length > 0) fields[part.charAt(0)] = part.slice(1);
    }
    return fields;
  }

  /** ReadyForQuery: I (idle), T (in a transaction), E (in a failed one). */
  get status(): string {
    this.#expect('Z');
    return this.body.toString('latin1');
  }

  /** CommandComplete: for example `SELECT 1`. */
  get tag(): string {
    this.#expect('C');
    return this.body.toString('utf8', 0, this.body.length - 1);
  }

  /** ParameterStatus. */
  get parameter(): Readonly<{ name: string; value: string }> {
    this.#expect('S');
    const [name = '', value = ''] = this.body.toString('utf8').split('\0');
    return { name, value };
  }

  get columns(): RawColumn[] {
    this.#expect('T');
    const columns: RawColumn[] = [];
    let at = 2;
    for (let count = this.body.readUInt16BE(0); count > 0; count--) {
      const end = this.body.indexOf(0, at);
      columns.push({
        name: this.body.toString('utf8', at, end),
        tableOid: this.body.readUInt32BE(end + 1),
        attribute: this.body.readInt16BE(end + 5),
        typeOid: this.body.readUInt32BE(end + 7),
        format: this.body.readInt16BE(end + 17),
      });
      at = end + 19;
    }
    return columns;
  }

  /** DataRow: the values as they came, NULL as null. */
  get values(): (Buffer | null)[] {
    this.#expect('D');
    const values: (Buffer | null)[] = [];
    let at = 2;
    for (let count = this.body.readUInt16BE(0); count > 0; count--) {
      const length = this.body.readInt32BE(at);
      at += 4;
      values.push(length < 0 ? null : this.body.subarray(at, at + length));
      at += Math.max(length, 0);
    }
    return values;
  }

  get texts(): (string | null)[] {
    return this.values.map((value) => value?.toString('utf8') ?? null);
  }

  /** NotificationResponse. */
  get notification(): Readonly<{ pid: number; channel: string; payload: string }> {
    this.#expect('A');
    const [channel = '', payload = ''] = this.body.toString('utf8', 4).split('\0');
    return { pid: this.body.readInt32BE(0), channel, payload };
  }

  /** Authentication*: the kind of request and what follows it. */
  get authentication(): Readonly<{ kind: number; data: Buffer }> {
    this.#expect('R');
    return { kind: this.body.readInt32BE(0), data: this.body.subarray(4) };
  }

  /** Short and free of row values: `C(SELECT 1)`, `E(42501)`, `Z(T)`, `D`. */
  toString(): string {
    if (this.type === 'C') return `C(${this.tag})`;
    if (this.type === 'Z') return `Z(${this.status})`;
    if (this.type === 'E') return `E(${this.fields.C})`;
    return this.type;
  }

  #expect(types: string): void {
    if (!types.includes(this.type))
      throw new Error(`this message is ${this.toString()}, not one of ${types}`);
  }
}

/** A whole exchange on one line: `1 2 T D D C(SELECT 2) Z(I)`. */
export function summary(messages: readonly BackendMessage[]): string {
  return messages.join(' ');
}
