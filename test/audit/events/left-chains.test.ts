// Journals that their processes left behind are finished by whoever looks after them, and no others are touched.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuditEvent, readEvents } from '../../../gateway/audit/index.ts';
import type { Config } from '../../../gateway/config/index.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { LeftChains } from '../../../gateway/server/audit/left-chains.ts';
import { waitUntil } from '../../support/wait.ts';
import { answerJson, type HttpService, startHttpService } from '../sinks/http-service.ts';
import { auditConfig, sinkConfig } from '../sinks/stage.ts';

const program = fileURLToPath(new URL('../journal/appending-process.ts', import.meta.url));

let dataDir: string;
let service: HttpService;
let writer: ChildProcess | undefined;
let left: LeftChains | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'portcullis-left-'));
  service = await startHttpService((_, response) => answerJson(response, 200, {}));
});
afterEach(async () => {
  await left?.close();
  writer?.kill('SIGKILL');
  await service.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const folderOf = (chain: string): string => join(dataDir, 'audit', chain);

/** A process that writes this chain, once it does. */
async function write(chain: string): Promise<ChildProcess> {
  writer = spawn(process.execPath, [program, folderOf(chain), '65536', '5'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  writer.stdout?.resume();
  await waitUntil('its first events', async () => (await eventsOf(chain).catch(() => [])).length > 5);
  return writer;
}

async function kill(process: ChildProcess): Promise<void> {
  const gone = once(process, 'exit');
  process.kill('SIGKILL');
  await gone;
}

function lookAfter(
  index = 0,
  workers = 1,
  more: Partial<ConstructorParameters<typeof LeftChains>[0]> = {},
): LeftChains {
  const audit = auditConfig([sinkConfig({ kind: 'http', name: 'service', url: service.url })]);
  const config = { audit, data_dir: dataDir, workers } as Config;
  const options = { config, log: silentLog, clock: systemClock, index, ...more };
  left = new LeftChains(options, `gateway-${index}`);
  return left;
}

async function eventsOf(chain: string): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for await (const { event } of readEvents(folderOf(chain))) events.push(event);
  return events;
}

const isFinished = async (chain: string): Promise<boolean> =>
  left?.health.length === 0 && (await eventsOf(chain)).at(-1)?.closed === true;

const shipped = (): Set<string> =>
  new Set(
    service.received.flatMap(({ body }) =>
      body
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as AuditEvent).hash),
    ),
  );

test.each([
  { what: 'a worker that there is no more', chain: 'gateway-3' },
  { what: 'a process that took over from another', chain: 'gateway-0-2' },
])('what $what left gets its outcomes, and its sinks the rest', async ({ chain }) => {
  await kill(await write(chain));
  lookAfter();
  await waitUntil('it to be finished', () => isFinished(chain));
  const events = await eventsOf(chain);
  const of = (type: string) =>
    events.filter((event) => event.type === type).map(({ statement }) => statement);
  expect(of('statement.outcome').sort()).toEqual(of('statement.intent').sort());
  expect(events.every(({ hash }) => shipped().has(hash))).toBe(true);

  // There is nothing more to do, and so nothing is done.
  await left?.close();
  lookAfter();
  await left?.close();
  expect(await eventsOf(chain)).toHaveLength(events.length);
});

test('what a process still writes is its own until it is gone', async () => {
  const process = await write('gateway-0-2');
  lookAfter();
  await waitUntil('it to go on', async () => (await eventsOf('gateway-0-2')).length > 50);
  expect(left?.health).toEqual([]);
  await kill(process);
  await waitUntil('it to be finished', () => isFinished('gateway-0-2'));
});

test('what another worker is to look after is left to it', async () => {
  await kill(await write('gateway-1-2'));
  const before = await eventsOf('gateway-1-2');
  lookAfter(0, 2);
  await left?.close();
  expect(await eventsOf('gateway-1-2')).toHaveLength(before.length);
  lookAfter(1, 2);
  await waitUntil('it to be finished', () => isFinished('gateway-1-2'));
});

test('while something is held, nothing of them goes for want of room either', async () => {
  await kill(await write('gateway-3'));
  const numbers = (await eventsOf('gateway-3')).map(({ seq }) => seq);
  const audit = auditConfig([sinkConfig({ kind: 'http', name: 'service', url: service.url })], {
    journal: { max_bytes: 1_024, segment_bytes: 512, sync_milliseconds: 50 },
  });
  let asked = 0;
  const mayDelete = () => {
    asked += 1;
    return false;
  };
  lookAfter(0, 1, { config: { audit, data_dir: dataDir, workers: 1 } as Config, mayDelete });
  await waitUntil('it to be finished', () => isFinished('gateway-3'));
  expect(asked).toBeGreaterThan(0);
  expect((await eventsOf('gateway-3')).map(({ seq }) => seq)).toEqual(expect.arrayContaining(numbers));
});
