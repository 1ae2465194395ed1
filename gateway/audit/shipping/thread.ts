// The thread that ships: apart from the one that serves clients, so that compressing and sending takes no time from them.
import { isDeepStrictEqual } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../lib/index.ts';
import type { Position } from '../journal/types.ts';
import { batchLimits } from '../sinks/batch-limits.ts';
import { createSink } from '../sinks/create-sink.ts';
import type { FromThread, SinkConfig, ThreadData, ToThread } from './messages.ts';
import { News } from './news.ts';
import { defaultPauses, strictPauses } from './pauses.ts';
import { setAside } from './set-aside.ts';
import { Shipper } from './shipper.ts';
import { SinkStanding } from './sink-standing.ts';
import { threadLog } from './thread-log.ts';

const { folder, chain, writes } = workerData as ThreadData;
const clock = systemClock;
const tell = (message: FromThread): void => parentPort?.postMessage(message);
const log = threadLog(tell);

/** Long enough not to matter to a machine that is idle, short enough not to matter to whoever looks for an event. */
const LOOK_MS = 100;
/** Batches under way in strict mode: an event waits for a round trip, and not for another's before its own. */
const AT_ONCE = 4;

type Running = Readonly<{ config: SinkConfig; isStrict: boolean; shipper: Shipper }>;
const running = new Map<string, Running>();
let turn = Promise.resolve();

parentPort?.on('message', (message: ToThread) => {
  // One after the other: a sink that is replaced has ended before the next begins.
  turn = turn.then(() => (message.tell === 'close' ? close(message) : use(message.sinks)));
});

async function use(sinks: Extract<ToThread, { tell: 'sinks' }>['sinks']): Promise<void> {
  const before = new Map(running);
  for (const { config, isStrict } of sinks) {
    const known = before.get(config.name);
    if (known?.isStrict === isStrict && isDeepStrictEqual(known.config, config)) before.delete(config.name);
  }
  await Promise.all(Array.from(before.values(), ({ shipper }) => shipper.close()));
  for (const name of before.keys()) running.delete(name);
  for (const { config, from, isStrict } of sinks)
    if (!running.has(config.name)) {
      const start = before.get(config.name)?.shipper.position ?? from;
      running.set(config.name, { config, isStrict, shipper: ship(config, start, isStrict) });
    }
}

function ship(config: SinkConfig, from: Position, isStrict: boolean): Shipper {
  const { name, timeout_seconds: seconds, refused } = config;
  const { events, bytes, seconds: waiting } = batchLimits(config);
  const standing = new SinkStanding(clock, (now) => tell({ tell: 'standing', sink: name, standing: now }));
  // An upload takes long and its name says what is in it: one after the other is in order.
  const isSpread = isStrict && config.kind !== 's3';
  return new Shipper({
    sink: createSink(config, { log, clock }),
    ...{ chain, folder, from, standing },
    limits: { events, bytes, milliseconds: isStrict ? 0 : waiting * 1000 },
    atOnce: isSpread ? AT_ONCE : 1,
    milliseconds: seconds * 1000,
    pauses: isStrict ? strictPauses : defaultPauses,
    random: Math.random,
    news: new News(writes, isStrict, LOOK_MS),
    acknowledged: (position) => tell({ tell: 'acknowledged', sink: name, position, standing: standing.now }),
    broken: (error) => {
      if (standing.now.away === undefined)
        log.error({ sink: name, err: error }, 'audit journal cannot be read for a sink');
      standing.failed('unavailable', 'the journal cannot be read');
    },
    damaged: (where) => log.error({ sink: name, ...where }, 'audit journal has a line that is no event'),
    setAside:
      refused === 'wait'
        ? undefined
        : async (event, problem) => {
            await setAside(folder, name, event, problem);
            standing.setAside();
            log.error({ sink: name, event_id: event.id, problem }, 'audit event set aside');
          },
  });
}

async function close({ through, milliseconds }: Extract<ToThread, { tell: 'close' }>): Promise<void> {
  const shippers = Array.from(running.values(), ({ shipper }) => shipper);
  const late = new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref());
  await Promise.race([late, Promise.all(shippers.map((shipper) => shipper.drained(through)))]);
  await Promise.all(shippers.map((shipper) => shipper.close()));
  tell({ tell: 'closed' });
}
