// The player at a terminal: its keys, its time, and what stands on the screen.
import { PassThrough, Writable } from 'node:stream';
import { styleText } from 'node:util';
import { expect, test } from 'vitest';
import type { Terminal } from '../../../gateway/cli/command.ts';
import { type Paint, plain } from '../../../gateway/cli/page/paint.ts';
import { play } from '../../../gateway/cli/replay/player.ts';
import type { Scene } from '../../../gateway/cli/replay/scene.ts';
import { timelineOf } from '../../../gateway/cli/replay/timeline.ts';
import { waitUntil } from '../../support/wait.ts';

const began = Date.UTC(2030, 0, 1);

/** One statement each so many milliseconds after the beginning. */
async function* told(...times: readonly number[]): AsyncGenerator<Scene> {
  const header = { principal: 'ada', is: 'human', resource: 'shop', session: 'the session' };
  const unknown = { behalf: undefined, address: undefined, application: undefined, method: undefined };
  yield { at: began, kind: 'session', ...header, ...unknown };
  for (const [index, time] of times.entries()) {
    const decided = { parameters: [], effect: undefined, rule: undefined };
    yield { at: began + time, kind: 'statement', text: `SELECT ${index + 1}`, ...decided };
  }
}

/** One statement, and a table of 500 rows. */
async function* toldRows(): AsyncGenerator<Scene> {
  yield* told(0);
  yield { at: began, statement: 's', kind: 'columns', columns: [{ name: 'what', typeOid: 25 }] };
  for (let number = 1; number <= 500; number++)
    yield { at: began, statement: 's', kind: 'row', values: [`row ${number}`] };
  yield { at: began, statement: 's', kind: 'complete', tag: 'SELECT 500' };
}

const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });

async function playing(
  scenes: AsyncIterable<Scene>,
  { speed = 1, from = 0, maxIdle = 2000, paint = plain } = {},
) {
  let written = '';
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const terminal = { stdin, stdout, stderr: stdout, env: {} } as unknown as Terminal;
  const frames = await timelineOf(scenes, { maxIdle, paint });
  const done = play(frames, terminal, { speed, from, paint });
  return {
    done,
    press: (keys: string) => stdin.write(keys),
    /** Without what moves the cursor; only what was written since the screen was cleared last. */
    screen: () => (written.split('\x1b[2J').at(-1) ?? '').replace(/\p{Cc}\[[\d;]*[A-Z]/gu, ''),
    sees: (text: string) =>
      waitUntil(`"${text}" to appear`, () => written.includes(text), { milliseconds: 10_000 }),
    has: (text: string) => written.includes(text),
  };
}

test('statements appear in their time, many times as fast where that is asked for', async () => {
  const player = await playing(told(0, 8000, 16_000), { speed: 40, maxIdle: 60_000 });
  const before = performance.now();
  await player.sees('SELECT 3');
  expect(performance.now() - before).toBeGreaterThan(250);
  await player.sees('end');
  player.press('q');
  await player.done;
});

test('long pauses are shortened, and told', async () => {
  const player = await playing(told(0, 3_600_000), { maxIdle: 50 });
  await player.sees('SELECT 2');
  expect(player.has('… 60 min 0 s …')).toBe(true);
  player.press('q');
  await player.done;
});

test('space pauses and goes on, a full stop steps', async () => {
  const player = await playing(told(0, 60_000, 120_000), { maxIdle: 60_000 });
  await player.sees('SELECT 1');
  player.press(' ');
  await player.sees('paused');
  player.press('.');
  await player.sees('SELECT 2');
  expect(player.has('SELECT 3')).toBe(false);
  player.press('++++++++++ ');
  await player.sees('SELECT 3');
  expect(player.has('×1024')).toBe(true);
  player.press('q');
  await player.done;
});

test('n and p go to the next and the previous statement, g and G to the ends', async () => {
  const player = await playing(told(0, 60_000, 120_000), { maxIdle: 60_000 });
  await player.sees('SELECT 1');
  player.press('nn');
  await player.sees('SELECT 3');
  player.press('p');
  await waitUntil(
    'the one before',
    () => player.screen().includes('SELECT 2') && !player.screen().includes('SELECT 3'),
  );
  player.press('G');
  await waitUntil('the end', () => player.screen().includes('SELECT 3'));
  player.press('g');
  await waitUntil('the beginning', () => !player.screen().includes('SELECT 2'));
  player.press('q');
  await player.done;
});

test('/ finds what comes, and then what came; what is not there is said', async () => {
  const player = await playing(told(0, 60_000, 120_000), { maxIdle: 60_000 });
  await player.sees('SELECT 1');
  player.press('/select 3\r');
  await player.sees('SELECT 3');
  player.press('/SELECT 1\r');
  await waitUntil('the first', () => !player.screen().includes('SELECT 2'));
  player.press('/elsewhere\r');
  await player.sees('nothing found: elsewhere');
  player.press('\x03');
  await player.done;
});

test('the line that was found stands at the end of the screen, and what is behind it comes next', async () => {
  const player = await playing(toldRows());
  await player.sees('row 500');
  player.press('/row 123\r');
  await waitUntil('the row to be the last', () => !player.screen().includes('row 124'));
  expect(player.screen()).toContain(' row 123\n');
  player.press('/row 12\r');
  await waitUntil('the next of them', () => player.screen().includes(' row 124\n'));
  expect(player.screen()).not.toContain('row 125');
  player.press(' ');
  await waitUntil('all of it', () => player.screen().includes('(500 rows)'));
  expect(player.screen().match(/ row 125\n/g)).toHaveLength(1);
  player.press('q');
  await player.done;
});

test('colours are not found', async () => {
  const player = await playing(told(0), { paint: coloured });
  await player.sees('SELECT 1');
  player.press('/39\r');
  await player.sees('nothing found: 39');
  player.press('q');
  await player.done;
});

test('it begins where it is told to', async () => {
  const player = await playing(told(0, 60_000, 120_000), { from: 90_000, maxIdle: 100 });
  await player.sees('SELECT 3');
  expect(player.screen().indexOf('SELECT 1')).toBeGreaterThanOrEqual(0);
  player.press('q');
  await player.done;
});

test('whoever hangs up ends it', async () => {
  const player = await playing(told(0, 60_000), { maxIdle: 60_000 });
  await player.sees('SELECT 1');
  player.press('?');
  await player.sees('space: pause');
  player.press('q');
  await player.done;
});
