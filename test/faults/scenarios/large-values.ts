// Values near PostgreSQL's limit of 1 GB, in every direction, through memory that stays flat.
import {
  cstring,
  frontend,
  int16,
  int32,
  messageClaiming,
  type RawClient,
} from '../../support/raw-client.ts';
import { countMessages } from '../message-counter.ts';
import { megabytes, memoryRise } from '../process-probe.ts';
import { check, type Scale, type Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

const RISE_LIMIT = 64 << 20;
const PIECE = Buffer.alloc(1 << 18, 'x');
const TRANSFER_MILLISECONDS = 120_000;

type Transfer = (client: RawClient, bytes: number) => Promise<void>;

const transfers: readonly { way: string; transfer: Transfer }[] = [
  {
    way: 'a DataRow',
    transfer: async (client, bytes) => {
      client.send(frontend.query(`SELECT repeat('x', ${bytes})`));
      const counted = await countMessages(client, TRANSFER_MILLISECONDS);
      check(
        counted.types === 'TDCZ' && counted.largest === bytes + 6,
        () => `got ${counted.types}, ${counted.largest} bytes`,
      );
    },
  },
  {
    way: 'COPY TO',
    transfer: async (client, bytes) => {
      client.send(frontend.query(`COPY (SELECT repeat('x', ${bytes})) TO STDOUT`));
      const counted = await countMessages(client, TRANSFER_MILLISECONDS);
      check(
        counted.types === 'HdcCZ' && counted.largest === bytes + 1,
        () => `got ${counted.types}, ${counted.largest} bytes`,
      );
    },
  },
  {
    way: 'COPY FROM',
    transfer: async (client, bytes) => {
      client.send(frontend.query('COPY large FROM STDIN'));
      await client.until('G');
      await client.sendFully(messageClaiming('d', 4 + bytes + 1), TRANSFER_MILLISECONDS);
      await sendMany(client, bytes);
      client.send(Buffer.from('\n'), frontend.copyDone());
      const answer = (await client.until('Z', TRANSFER_MILLISECONDS)).join(' ');
      check(answer === 'C(COPY 1) Z(I)', `the server answered ${answer}`);
      const [[length] = []] = await client.rows(
        'SELECT max(octet_length(body)) FROM large',
        TRANSFER_MILLISECONDS,
      );
      check(length === String(bytes), `${length} bytes arrived`);
      await client.rows('TRUNCATE large');
    },
  },
  {
    way: 'a Bind',
    transfer: async (client, bytes) => {
      client.send(frontend.parse('SELECT octet_length($1::text)'));
      const head = Buffer.concat([cstring(''), cstring(''), int16(0), int16(1), int32(bytes)]);
      const tail = int16(0);
      await client.sendFully(messageClaiming('B', 4 + head.length + bytes + tail.length, head));
      await sendMany(client, bytes);
      client.send(tail, frontend.execute(), frontend.sync());
      const answer = await client.until('Z', TRANSFER_MILLISECONDS);
      check(answer.join(' ') === '1 2 D C(SELECT 1) Z(I)', `the server answered ${answer.join(' ')}`);
      check(answer[2]?.texts[0] === String(bytes), `${answer[2]?.texts[0]} bytes arrived`);
    },
  },
];

export const largeValues: readonly Scenario[] = transfers.map(({ way, transfer }) => ({
  name: `a value of almost 1 GB in ${way}`,
  milliseconds: 180_000,
  run: (stage: Stage, scale: Scale) => measure(stage, scale, transfer),
}));

async function measure(stage: Stage, scale: Scale, transfer: Transfer): Promise<string> {
  const bytes = scale.of(100_000_000, 900_000_000);
  const client = await stage.open({ ...stage.subject.target(), keep: false });
  // The first megabytes through a process let its heap find its size; only what comes after them is judged.
  await transfer(client, scale.of(50_000_000, 150_000_000));
  const started = performance.now();
  const { rise } = await memoryRise(stage.subject.pid, () => transfer(client, bytes));
  const seconds = (performance.now() - started) / 1000;
  check(rise < RISE_LIMIT, () => `memory rose by ${megabytes(rise)} MB`);
  await client.end();
  return `${megabytes(bytes)} MB in ${seconds.toFixed(1)} s, memory rose by ${megabytes(rise)} MB`;
}

async function sendMany(client: RawClient, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= PIECE.length) {
    await client.sendFully(left < PIECE.length ? PIECE.subarray(0, left) : PIECE, TRANSFER_MILLISECONDS);
  }
}
