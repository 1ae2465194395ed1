// What another Node process says over its inspector: a CPU profile for exactly as long as the load lasts, and its memory.
//
// `--cpu-prof` would profile the process from start to exit: start-up and just-in-time compilation would hide what a
// transaction costs.
import { setTimeout as sleep } from 'node:timers/promises';

export type ProfileNode = Readonly<{
  id: number;
  callFrame: Readonly<{ functionName: string; url: string; lineNumber: number }>;
}>;

/** As Chromium's DevTools read it from a .cpuprofile file; times are microseconds. */
export type CpuProfile = Readonly<{
  nodes: readonly ProfileNode[];
  samples: readonly number[];
  timeDeltas: readonly number[];
  startTime: number;
  endTime: number;
}>;

const samplingMicroseconds = 200;

export async function profileWhile(inspectorPort: number, load: () => Promise<unknown>): Promise<CpuProfile> {
  const session = await openSession(await findInspector(inspectorPort));
  try {
    await session.call('Profiler.enable');
    await session.call('Profiler.setSamplingInterval', { interval: samplingMicroseconds });
    await session.call('Profiler.start');
    await load();
    const { profile } = (await session.call('Profiler.stop')) as { profile: CpuProfile };
    return profile;
  } finally {
    session.close();
  }
}

/** The bytes of what it still uses, without garbage: what V8 keeps, and buffers. */
export async function memoryInUse(inspectorPort: number): Promise<number> {
  const session = await openSession(await findInspector(inspectorPort));
  try {
    await session.call('HeapProfiler.collectGarbage');
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
    const { result } = (await session.call('Runtime.evaluate', { expression })) as {
      result: { value: number };
    };
    return result.value;
  } finally {
    session.close();
  }
}

async function findInspector(port: number): Promise<string> {
  const until = performance.now() + 5_000;
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/json/list`);
      const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
      if (target) return target.webSocketDebuggerUrl;
    } catch (error) {
      if (performance.now() > until) throw new Error(`no inspector on port ${port}`, { cause: error });
    }
    await sleep(50);
  }
}

async function openSession(url: string) {
  const socket = new WebSocket(url);
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as {
      id?: number;
      result?: unknown;
      error?: { message: string };
    };
    const call = id === undefined ? undefined : waiting.get(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result);
  });
  socket.addEventListener('close', () => {
    for (const call of waiting.values()) call.reject(new Error('the profiled process has gone'));
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`the inspector at ${url} refuses`)));
  });
  return {
    call(method: string, params: object = {}): Promise<unknown> {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method, params }));
      });
    },
    close: () => socket.close(),
  };
}
