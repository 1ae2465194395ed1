// A CPU profile as a list of functions by the time spent in each of them alone.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CpuProfile, ProfileNode } from './inspector.ts';

export type SelfTime = Readonly<{ name: string; place: string; seconds: number; share: number }>;

export type SelfTimes = Readonly<{
  /** Without the idle time, which `share` doesn't count either. */
  busySeconds: number;
  idleSeconds: number;
  functions: readonly SelfTime[];
}>;

export function listSelfTimes(profile: CpuProfile): SelfTimes {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const found = new Map<string, { name: string; place: string; seconds: number }>();
  let idleSeconds = 0;
  let busySeconds = 0;
  profile.samples.forEach((id, index) => {
    const node = byId.get(id);
    // A sample says where the process was until the next one was taken.
    const seconds = (profile.timeDeltas[index + 1] ?? 0) / 1e6;
    if (!node) return;
    if (node.callFrame.functionName === '(idle)') {
      idleSeconds += seconds;
      return;
    }
    busySeconds += seconds;
    const name = node.callFrame.functionName || '(anonymous)';
    const place = placeOf(node);
    const entry = found.get(`${name} ${place}`) ?? { name, place, seconds: 0 };
    entry.seconds += seconds;
    found.set(`${name} ${place}`, entry);
  });
  const functions = [...found.values()]
    .sort((a, b) => b.seconds - a.seconds)
    .map((entry) => ({ ...entry, share: entry.seconds / busySeconds }));
  return { busySeconds, idleSeconds, functions };
}

function placeOf({ callFrame }: ProfileNode): string {
  const { url, lineNumber } = callFrame;
  if (url === '') return '';
  const file = url.startsWith('file:') ? path.relative(process.cwd(), fileURLToPath(url)) : url;
  return `${file}:${lineNumber + 1}`;
}
