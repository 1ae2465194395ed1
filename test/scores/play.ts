// Plays the steps of one item on connections of its own, and keeps what each of them received.
import { frontend, message } from '../support/raw-client.ts';
import { Connection, type Target } from './connection.ts';
import { type BindStep, type Parameter, type ParseStep, type Step, textOf } from './step.ts';

export type Surroundings = Readonly<{
  target: Target;
  /** Of connections that say nothing else. */
  startup?: Readonly<Record<string, string>>;
  /** Runs as a superuser beside the gateway; the first value of the first row. */
  admin(sql: string): Promise<string | null>;
  /** Makes something happen to the gateway. */
  gateway(event: string): Promise<void>;
  /** What `{port}` and the like in texts stand for. */
  fillIn(text: string): string;
}>;

export type Played = Readonly<{
  connections: readonly Connection[];
  /** The time of all steps, without that of the first login. */
  milliseconds: number;
}>;

export async function play(steps: readonly Step[], surroundings: Surroundings): Promise<Played> {
  const play = new Play(surroundings);
  try {
    const first = steps[0];
    if (first?.op !== 'connect' && first?.op !== 'rawconnect') await play.connection(first);
    const started = performance.now();
    for (const step of steps) await play.perform(step);
    return { connections: play.all, milliseconds: performance.now() - started };
  } finally {
    play.end();
  }
}

/** On one connection that is open already: nothing happens beside it. */
export async function playOn(connection: Connection, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (!isSent(step)) throw new Error(`a single connection can't "${step.op}"`);
    await send(step, connection, (text) => text);
  }
}

class Play {
  readonly all: Connection[] = [];
  readonly #current = new Map<string, Connection>();
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** The step's connection, opened where it is the first to use it. */
  async connection(step: Step | undefined): Promise<Connection> {
    const name = nameOf(step);
    const open = this.#current.get(name);
    if (open !== undefined) return open;
    const { target, startup } = this.#surroundings;
    return this.#keep(name, await Connection.open(target, startup));
  }

  async perform(step: Step): Promise<void> {
    const { target, startup, admin, gateway, fillIn } = this.#surroundings;
    switch (step.op) {
      case 'admin':
        await admin(fillIn(step.sql));
        return;
      case 'gateway':
        // Somebody else has it, and goes on from there.
        if (step.event === 'replay_token') this.#keep(nameOf(step), await Connection.open(target, startup));
        else await gateway(step.event);
        return;
      case 'connect':
        this.#current.get(nameOf(step))?.close();
        this.#keep(nameOf(step), await Connection.open(target, { ...startup, ...step.params }));
        return;
      case 'rawconnect':
        this.#keep(nameOf(step), await Connection.openRaw(target));
        return;
      case 'fcall': {
        const oid = await admin(`SELECT '${step.function}'::regprocedure::oid`);
        const connection = await this.connection(step);
        connection.send(frontend.functionCall(Number(oid), step.args), 1);
        await connection.settle();
        return;
      }
      default:
        await send(step, await this.connection(step), fillIn);
    }
  }

  end(): void {
    for (const connection of this.all) {
      connection.close();
      connection.destroy();
    }
  }

  #keep(name: string, connection: Connection): Connection {
    this.all.push(connection);
    this.#current.set(name, connection);
    return connection;
  }
}

async function send(step: WireStep, connection: Connection, fillIn: (text: string) => string): Promise<void> {
  const isWaiting = step.pipeline !== true && step.nowait !== true;
  switch (step.op) {
    case 'query':
      connection.send(message('Q', filledText(step, fillIn), zero), 1);
      if (isWaiting) await connection.settle();
      return;
    case 'parse':
      connection.send(parse(step, filledText(step, fillIn)));
      return;
    case 'bind':
      connection.send(bind(step));
      return;
    case 'describe':
      connection.send(
        step.kind === 'S' ? frontend.describeStatement(step.name) : frontend.describePortal(step.name),
      );
      return;
    case 'close':
      connection.send(
        step.kind === 'S' ? frontend.closeStatement(step.name) : frontend.closePortal(step.name),
      );
      return;
    case 'execute':
      connection.send(frontend.execute(step.portal, step.max));
      return;
    case 'flush':
      connection.send(frontend.flush());
      return;
    case 'sync':
      connection.send(frontend.sync(), 1);
      if (isWaiting) await connection.settle();
      return;
    case 'copydata':
      connection.send(frontend.copyData(fillIn(step.data)));
      return;
    case 'copydone':
      connection.send(frontend.copyDone());
      await connection.settle();
      return;
    case 'wait':
      await connection.settle();
      return;
    case 'drain':
      await connection.readUntilQuiet();
      return;
    case 'read':
      await connection.readFor(step.ms ?? 1000);
      return;
    case 'raw':
      connection.send(Buffer.from(step.hex, 'hex'));
      return;
    case 'cancel':
      await connection.cancel();
      return;
    default:
      throw new Error(`there is no step ${JSON.stringify(step satisfies never)}`);
  }
}

type Beside = 'admin' | 'gateway' | 'connect' | 'rawconnect' | 'fcall';
type WireStep = Exclude<Step, { op: Beside }>;

const beside: ReadonlySet<string> = new Set<Beside>(['admin', 'gateway', 'connect', 'rawconnect', 'fcall']);
const isSent = (step: Step): step is WireStep => !beside.has(step.op);

const zero = Buffer.from([0]);

const nameOf = (step: Step | undefined): string =>
  (step !== undefined && 'conn' in step && step.conn) || 'main';

/** Bytes that aren't UTF-8 stay as they are. */
function filledText(step: Parameters<typeof textOf>[0], fillIn: (text: string) => string): Buffer {
  return step.sql === undefined ? textOf(step) : Buffer.from(fillIn(step.sql));
}

function parse({ name = '', types = [] }: ParseStep, text: Buffer): Buffer {
  const counted = Buffer.alloc(2 + 4 * types.length);
  counted.writeUInt16BE(types.length);
  for (const [at, type] of types.entries()) counted.writeUInt32BE(type, 2 + 4 * at);
  return message('P', Buffer.from(`${name}\0`), text, zero, counted);
}

function bind({ portal = '', stmt = '', params = [], pf = [], rf, result_formats }: BindStep): Buffer {
  return frontend.bind({
    portal,
    statement: stmt,
    formats: pf,
    values: params.map(parameterValue),
    resultFormats: rf ?? result_formats ?? [],
  });
}

function parameterValue(parameter: Parameter): string | Buffer | null {
  if (parameter === null || typeof parameter === 'string') return parameter;
  return 'hex' in parameter ? Buffer.from(parameter.hex, 'hex') : parameter.t;
}
