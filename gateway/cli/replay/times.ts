// The options of time: how fast, how long a pause may be, and from where on.
import { type Invocation, UsageError } from '../command.ts';
import type { Scene } from './scene.ts';

export function speedOf({ text }: Invocation): number {
  const given = text('speed') ?? '1';
  const speed = /^\d{1,4}(\.\d{1,3})?$/.test(given) ? Number(given) : 0;
  if (speed > 0) return speed;
  throw new UsageError(`option --speed is no number above 0: "${given}"`, 'For example 4, or 0.5.');
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

export function maxIdleOf({ text }: Invocation): number {
  const given = text('max-idle') ?? '2s';
  const [, amount, unit = 's'] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(given) ?? [];
  if (amount !== undefined) return Number(amount) * (units[unit] ?? 0);
  throw new UsageError(`option --max-idle is no time: "${given}"`, 'For example 2s, 500ms or 1m.');
}

/** In milliseconds since the session began. */
export function fromOf({ text }: Invocation): number {
  const given = text('from');
  if (given === undefined) return 0;
  const [, hours = '0', minutes, seconds] =
    /^(?:(\d{1,3}):(?=[0-5]?\d:))?(\d{1,4}):([0-5]\d(?:\.\d{1,3})?)$/.exec(given) ?? [];
  if (minutes !== undefined) return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  throw new UsageError(
    `option --from is no time: "${given}"`,
    'Minutes and seconds after the session began: 12:30.',
  );
}

/** Who and where is always told. */
export async function* startingAt(scenes: AsyncIterable<Scene>, from: number): AsyncGenerator<Scene> {
  let began: number | undefined;
  for await (const scene of scenes) {
    began ??= scene.at;
    if (scene.kind === 'session' || scene.at - began >= from) yield scene;
  }
}
