// One connection of an item: sends what its steps say, waits for what must come, and keeps all that came.
import { BackendMessage, frontend, message, RawClient, ServerError } from '../support/raw-client.ts';
import { sleep, WaitTimeout } from '../support/wait.ts';

export type Target = Readonly<{
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}>;

/** For anything that an answer is due for. */
const PATIENCE = 20_000;
/** After this silence nothing more is expected. */
const QUIET = 200;

export class Connection {
  readonly #client: RawClient;
  readonly #isRaw: boolean;
  /** ReadyForQuery messages that are still to come. */
  #due = 0;
  #greetingBytes = 0;
  #ended: string | undefined;

  private constructor(client: RawClient, isRaw: boolean) {
    this.#client = client;
    this.#isRaw = isRaw;
  }

  /** A refused login is an answer like any other. */
  static async open(target: Target, parameters: Readonly<Record<string, string>> = {}): Promise<Connection> {
    const { user = target.user, database = target.database, ...others } = parameters;
    const connection = new Connection(await RawClient.connect(target), false);
    try {
      await connection.#client.login({ user, database, password: target.password, parameters: others });
    } catch (thrown) {
      connection.#ended = thrown instanceof ServerError ? 'the login was refused' : String(thrown);
    }
    connection.#greetingBytes = connection.#client.receivedBytes.length;
    return connection;
  }

  /** Nothing was sent yet: the steps have every byte. */
  static async openRaw({ host, port }: Target): Promise<Connection> {
    return new Connection(await RawClient.connect({ host, port }), true);
  }

  /** Why nothing more could be sent while there was more to send; undefined: it all was. */
  get endedEarly(): string | undefined {
    return this.#ended;
  }

  get backendKey(): Buffer {
    return this.#client.backendKey;
  }

  /** What the server reported while logging in. */
  get parameters(): ReadonlyMap<string, string> {
    return this.#client.parameters;
  }

  /** All messages; without the login's where those aren't wanted. */
  messages({ afterLogin = false } = {}): readonly BackendMessage[] {
    const bytes = this.#client.receivedBytes;
    // What answers an SSLRequest has no frame, and neither may what a broken peer sends.
    if (this.#isRaw) return bytes.length === 0 ? [] : [new BackendMessage(message('?', bytes))];
    const messages: BackendMessage[] = [];
    for (let at = afterLogin ? this.#greetingBytes : 0; at + 5 <= bytes.length; ) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      messages.push(new BackendMessage(bytes.subarray(at, end)));
      at = end;
    }
    return messages;
  }

  send(bytes: Uint8Array, answersDue = 0): void {
    if (this.#ended !== undefined) return;
    this.#due += answersDue;
    this.#client.send(bytes);
  }

  /** Until everything that is due has come, the server waits for COPY's data, or the connection is over. */
  async settle(): Promise<void> {
    await this.#read(async () => {
      while (this.#due > 0) {
        const { type } = await this.#client.receive(PATIENCE);
        if (type === 'Z') this.#due -= 1;
        if (type === 'G') return;
      }
    });
  }

  async readFor(milliseconds: number): Promise<void> {
    await Promise.race([this.#client.ended, sleep(milliseconds)]);
  }

  async readUntilQuiet(): Promise<void> {
    for (let before = -1; before !== this.#client.receivedBytes.length; ) {
      before = this.#client.receivedBytes.length;
      await this.readFor(QUIET);
    }
  }

  cancel(): Promise<void> {
    return this.#client.cancel();
  }

  close(): void {
    if (this.#ended === undefined && !this.#isRaw) this.#client.send(frontend.terminate());
    this.#client.halfClose();
  }

  destroy(): void {
    this.#client.destroy();
  }

  async #read(wait: () => Promise<void>): Promise<void> {
    if (this.#ended !== undefined || this.#isRaw) return;
    try {
      await wait();
    } catch (thrown) {
      this.#ended = thrown instanceof WaitTimeout ? 'no answer came' : 'the server closed the connection';
    }
  }
}

/** Whether an honest question is answered. A session that refused it doesn't stay open, or they would add up. */
export async function isServed(target: Target): Promise<boolean> {
  const client = await RawClient.open({ ...target, milliseconds: 15_000 }).catch(() => undefined);
  if (client === undefined) return false;
  try {
    return (await client.rows('SELECT count(*) FROM public.orders')).length === 1;
  } catch {
    return false;
  } finally {
    client.destroy();
  }
}
