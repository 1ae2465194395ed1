// A story written out as it is, for pagers, files and programs: nothing is waited for.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { plain } from '../page/paint.ts';
import { SceneDrawer } from './draw-scene.ts';
import type { Scene } from './scene.ts';

/** What is written at once. */
const BATCH = 64 * 1024;

export async function printPlain(scenes: AsyncIterable<Scene>, output: Writable): Promise<void> {
  const drawer = new SceneDrawer(plain);
  await write(
    (async function* () {
      for await (const scene of scenes) yield* drawer.draw(scene);
      yield* drawer.end();
    })(),
    output,
  );
}

/** One object a line. */
export async function printJson(
  scenes: AsyncIterable<Scene>,
  session: string,
  output: Writable,
): Promise<void> {
  await write(
    (async function* () {
      for await (const scene of scenes) yield jsonOf(scene, session);
    })(),
    output,
  );
}

export function jsonOf({ at, kind, ...rest }: Scene, session: string): string {
  return JSON.stringify({ time: new Date(at).toISOString(), session, kind, ...rest });
}

async function write(lines: AsyncIterable<string>, output: Writable): Promise<void> {
  let batch = '';
  try {
    for await (const line of lines) {
      batch += `${line}\n`;
      if (batch.length < BATCH) continue;
      if (!output.write(batch)) await once(output, 'drain');
      batch = '';
    }
  } finally {
    // What came before something failed is not lost with it.
    if (batch !== '') output.write(batch);
  }
}
