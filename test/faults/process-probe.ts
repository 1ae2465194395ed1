// What a process and its children hold: memory, open handles, TCP sockets; read from /proc, so Linux only.
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';

export type Holdings = Readonly<{ rss: number; handles: number; sockets: number }>;

const LISTENING = '0A';

/** The process and its descendants: a gateway with workers is several. */
export async function processTree(pid: number): Promise<number[]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')).trim();
  const pids = children === '' ? [] : children.split(' ').map(Number);
  return [pid, ...(await Promise.all(pids.map(processTree))).flat()];
}

export async function probe(pid: number): Promise<Holdings> {
  const tree = await processTree(pid);
  const all = await Promise.all(tree.map(probeOne));
  const sum = (key: keyof Holdings): number => all.reduce((total, one) => total + one[key], 0);
  return { rss: sum('rss'), handles: sum('handles'), sockets: sum('sockets') };
}

async function probeOne(pid: number): Promise<Holdings> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  const inodes = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]).filter(Boolean));
  let sockets = 0;
  for (const table of ['tcp', 'tcp6']) {
    const lines = (await readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '')).split('\n');
    for (const line of lines.slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] !== LISTENING && inodes.has(fields[9] ?? '')) sockets += 1;
    }
  }
  return { rss: await statusOf(pid, 'VmRSS'), handles: links.filter(Boolean).length, sockets };
}

/** Runs something and says how far the memory rose above where it was at the start, in bytes. */
export async function memoryRise<T>(
  pid: number,
  action: () => Promise<T>,
): Promise<{ result: T; rise: number }> {
  const tree = await processTree(pid);
  // 5 resets the peak that VmHWM reports.
  for (const one of tree) await writeFile(`/proc/${one}/clear_refs`, '5');
  const total = async (field: string): Promise<number> =>
    (await Promise.all(tree.map((one) => statusOf(one, field)))).reduce((sum, bytes) => sum + bytes, 0);
  const before = await total('VmRSS');
  const result = await action();
  return { result, rise: (await total('VmHWM')) - before };
}

async function statusOf(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
}

export const megabytes = (bytes: number): number => Math.round(bytes / (1 << 20));
