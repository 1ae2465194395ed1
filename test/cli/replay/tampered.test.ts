// What somebody did to a recording is said, and changes neither what is whole of it nor who is believed.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { freshRecordingKeys } from '../../../gateway/audit/index.ts';
import { chunkLength, readChunk, sealChunk } from '../../../gateway/audit/recording/chunk.ts';
import { readRecipients } from '../../../gateway/audit/recording/recording-keys.ts';
import { RecordBuffer } from '../../../gateway/audit/recording/records.ts';
import { waitUntil } from '../../support/wait.ts';
import { type Replayed, ReplayStage } from './stage.ts';

let stage: ReplayStage;
let session: string;
let file: string;
let whole: readonly Buffer[];

beforeAll(async () => {
  stage = await ReplayStage.start();
  // A chunk is also sealed after a second: where this takes so long, there is one more.
  whole = await waitUntil('a recording of four chunks', async () => {
    await stage.psql(['a', 'b', 'c'].map((letter) => `SELECT '${letter}' AS it, repeat('x', 300000)`));
    session = await stage.lastSession();
    const names = await readdir(stage.recordings, { recursive: true });
    file = join(stage.recordings, names.find((name) => name.includes(session)) ?? '');
    const chunks = chunksOf(await readFile(file));
    return chunks.length === 4 ? chunks : undefined;
  });
});

afterAll(() => stage.stop());

beforeEach(() => writeFile(file, Buffer.concat(whole)));

function chunksOf(bytes: Buffer): readonly Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunks.at(-1)?.length ?? 1)
    chunks.push(bytes.subarray(at, at + (chunkLength(bytes.subarray(at, at + 12)) ?? 0)));
  return chunks;
}

/** The statements of which the row was shown. */
const shown = ({ stdout }: Replayed): string =>
  (stdout.match(/^ [abc] +\|/gm) ?? []).join('').replace(/[ |]/g, '');

async function changed(change: (chunks: readonly Buffer[]) => readonly Buffer[]): Promise<Replayed> {
  await writeFile(file, Buffer.concat(change(whole)));
  return await stage.replay(session);
}

function flipped(bytes: Buffer | undefined, at: number): Buffer {
  const copy = Buffer.from(bytes ?? '');
  copy.writeUInt8((copy.at(at) as number) ^ 0xff, at < 0 ? copy.length + at : at);
  return copy;
}

const at = (chunks: readonly Buffer[], ...numbers: readonly number[]): readonly Buffer[] =>
  numbers.map((number) => chunks[number] ?? Buffer.alloc(0));

test('a recording as it was made is played without a word', async () => {
  const replayed = await changed((chunks) => chunks);
  expect(replayed).toMatchObject({ code: 0, stderr: '' });
  expect(shown(replayed)).toBe('abc');
});

test.each([
  {
    name: 'the last chunk is missing',
    change: (all: readonly Buffer[]) => all.slice(0, -1),
    shows: 'abc',
    says: 'it ends behind chunk 2, and 4 were recorded',
  },
  {
    name: 'half of the last chunk is missing',
    change: (all: readonly Buffer[]) => [
      ...all.slice(0, -1),
      at(all, 3)[0]?.subarray(0, 50) ?? Buffer.alloc(0),
    ],
    shows: 'abc',
    says: 'chunk 3 is damaged, or cut off',
  },
  {
    name: 'a byte was changed',
    change: (all: readonly Buffer[]) => [...at(all, 0), flipped(all[1], -5), ...at(all, 2, 3)],
    shows: 'ac',
    says: 'chunk 1 is not what was recorded',
  },
  {
    name: 'the length of a chunk was changed',
    change: (all: readonly Buffer[]) => [...at(all, 0), flipped(all[1], 8), ...at(all, 2, 3)],
    shows: 'ac',
    says: 'chunk 1 is not what was recorded',
  },
  {
    name: 'the first chunk is missing',
    change: (all: readonly Buffer[]) => all.slice(1),
    shows: 'bc',
    says: 'chunk 0 is missing here',
  },
  {
    name: 'two chunks were exchanged',
    change: (all: readonly Buffer[]) => at(all, 0, 2, 1, 3),
    shows: 'acb',
    says: 'chunk 1 is in the wrong place',
  },
  {
    name: 'the file was emptied',
    change: () => [],
    shows: '',
    says: 'it has none of the 4 chunks that the journal knows',
  },
  {
    name: 'the file is another one',
    change: () => [Buffer.from('nothing that was recorded')],
    shows: '',
    says: 'chunk 0 is damaged, or cut off',
  },
  {
    name: 'something stands behind the last chunk',
    change: (all: readonly Buffer[]) => [...all, Buffer.from('garbage')],
    shows: 'abc',
    says: 'behind its last chunk 7 bytes are in no event of the journal',
  },
])(
  '$name: what is whole is played, and what is wrong is said there and at the end',
  async ({ change, shows, says }) => {
    const replayed = await changed(change);
    expect(replayed.stdout).toContain(`The recording: ${says}.`);
    expect(replayed.stdout).toContain('The session ended');
    expect(replayed.stdout).not.toContain('The recording has no end');
    expect(replayed.stderr).toContain(says);
    expect(replayed.code).toBe(1);
    expect(shown(replayed)).toBe(shows);
  },
);

test('a chunk that was made with the public key alone is not shown', async () => {
  const last = readChunk(at(whole, 3)[0] ?? Buffer.alloc(0));
  const now = (last?.header.to ?? 0) + 1;
  const buffer = new RecordBuffer(now);
  buffer.statement(now, 9999, 'gateway-0/1');
  buffer.message(now, 9999, 0x64, Buffer.from('forged'), 0, 6);
  const header = { session, chunk: 4, previous: last?.hash ?? '', from: now, to: now };
  const recipients = await readRecipients(join(stage.folder, 'gateway.pub'));
  const forged = sealChunk(buffer.bytes, header, recipients).bytes;
  const replayed = await changed((chunks) => [...chunks, forged]);
  expect(replayed.stdout).not.toContain('forged');
  expect(replayed.stdout).toContain('The recording: chunk 4 is in no event of the journal.');
  expect(replayed.code).toBe(1);
  expect(shown(replayed)).toBe('abc');
});

test('with another key what happened is played, and that the rows can not be opened is said once', async () => {
  const other = join(stage.folder, 'other.pem');
  await writeFile(other, freshRecordingKeys().privatePem);
  const { code, stdout, stderr } = await stage.replay(session, ['--plain', '--key', other]);
  expect(stdout.match(/from chunk \d on it cannot be opened: it was recorded for the key/g)).toHaveLength(1);
  expect(stdout).toContain('The session ended');
  expect(stderr).toContain('which is not among yours');
  expect(code).toBe(1);
});
