// The story as it is played: what appears when, with long pauses shortened.
import type { Paint } from '../page/paint.ts';
import { SceneDrawer } from './draw-scene.ts';
import type { Scene } from './scene.ts';
import { duration } from './words.ts';

export type Frame = Readonly<{
  /** When it appears, in milliseconds since the beginning, with pauses shortened. */
  at: number;
  /** And when it was, since the session began. */
  since: number;
  lines: readonly string[];
  /** A statement begins here. */
  isStatement: boolean;
}>;

/** A pause of which so much was left out is told. */
const TOLD_MS = 5_000;

export async function timelineOf(
  scenes: AsyncIterable<Scene>,
  { maxIdle, paint }: Readonly<{ maxIdle: number; paint: Paint }>,
): Promise<readonly Frame[]> {
  const drawer = new SceneDrawer(paint);
  const frames: Frame[] = [];
  let began: number | undefined;
  let [at, before] = [0, 0];
  for await (const scene of scenes) {
    began ??= scene.at;
    before = before === 0 ? scene.at : before;
    // Two processes may have written it, whose clocks differ.
    const gap = Math.max(0, scene.at - before);
    before = Math.max(before, scene.at);
    const pause = Math.min(gap, maxIdle);
    at += pause;
    const lines = [...drawer.draw(scene)];
    if (gap - pause >= TOLD_MS) lines.unshift(paint('gray', `            … ${duration(gap)} …`));
    if (lines.length === 0) continue;
    const isStatement = scene.kind === 'statement' || (scene.kind === 'refused' && scene.text !== undefined);
    frames.push({ at, since: Math.max(0, scene.at - began), lines, isStatement });
  }
  const last = [...drawer.end()];
  if (last.length > 0)
    frames.push({ at, since: Math.max(0, before - (began ?? 0)), lines: last, isStatement: false });
  return frames;
}
