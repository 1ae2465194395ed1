// What is recorded, who can open it, and what is found when somebody changed it.
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type AuditEvent,
  freshRecordingKeys,
  KnownRecording,
  type RecordedItem,
  RecordingCheck,
  type RecordingEvent,
  type RecordingFlaw,
  Recordings,
  type RecordingsConfig,
  readPrivateKeys,
  readRecording,
} from '../../../gateway/audit/index.ts';
import { Fault, silentLog } from '../../../gateway/lib/index.ts';

const ROW = 0x44;
const COMPLETE = 0x43;
let folder: string;
let events: RecordingEvent[];
let now: number;
let config: RecordingsConfig;
const clock = { now: () => now };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-recording-'));
  events = [];
  now = Date.UTC(2030, 0, 31, 12);
  const { privatePem, publicPem } = freshRecordingKeys();
  await writeFile(join(folder, 'key'), privatePem);
  await writeFile(join(folder, 'key.pub'), publicPem);
  const limits = { sessionBytes: 1 << 20, statementBytes: 1 << 19, atLimit: 'cut' as const };
  config = { folder: join(folder, 'recordings'), publicKeyFile: join(folder, 'key.pub'), limits };
});

afterEach(() => rm(folder, { recursive: true }));

const open = (changes: Partial<RecordingsConfig> = {}): Promise<Recordings> =>
  Recordings.open(
    { ...config, ...changes },
    { append: (event) => events.push(event), clock, log: silentLog },
  );

const row = (text: string): Buffer => Buffer.from(text);

function record(recordings: Recordings, statement: string, rows: readonly string[], session = 's1'): void {
  const answer = recordings.begin(session, statement);
  for (const text of rows) {
    const bytes = row(`..${text}..`);
    answer?.message(ROW, bytes, 2, bytes.length - 2, bytes.length - 4);
  }
  answer?.message(COMPLETE, row('SELECT 1\0'), 0, 9, 9);
}

const pathOf = (event: RecordingEvent | undefined): string =>
  join(folder, 'recordings', String(event?.members.recording.file));

type Found = readonly (RecordedItem | RecordingFlaw)[];

/** With what the events say of it, those of a journal that has lost its beginning without the first. */
async function items(path: string, key = 'key', forgotten = 0): Promise<Found> {
  const known = new KnownRecording();
  for (const event of events.slice(forgotten)) known.see(asRead(event));
  known.isEnded = true;
  const keys = await readPrivateKeys(join(folder, key));
  const found: (RecordedItem | RecordingFlaw)[] = [];
  for await (const item of readRecording(path, keys, known)) found.push(item);
  return found;
}

const asRead = ({ members, ...event }: RecordingEvent): AuditEvent =>
  ({ ...event, ...members }) as unknown as AuditEvent;

const texts = (found: Found): readonly string[] =>
  found.flatMap((item) => (item.kind === 'message' && item.type === ROW ? [item.body.toString()] : []));

const flaws = (found: Found): readonly string[] =>
  found.flatMap((item) => (item.kind === 'flaw' ? [item.message] : []));

function check(extra: readonly object[] = [{ type: 'session.ended', session: 's1' }]): RecordingCheck {
  const checked = new RecordingCheck();
  for (const event of events) checked.see(asRead(event));
  for (const event of extra) checked.see(event as AuditEvent);
  return checked;
}

async function problems(checked: RecordingCheck): Promise<readonly string[]> {
  const compared = await checked.compare(join(folder, 'recordings'));
  return compared.problems.map(({ what, chunk }) => `${what} ${chunk}`);
}

test('messages come back as they were, with their statements and times', async () => {
  const recordings = await open();
  record(recordings, 'gw-0/1', ['one', 'two']);
  now += 1500;
  record(recordings, 'gw-0/7', ['three']);
  recordings.close();
  const found = await items(pathOf(events[0]));
  expect(found.map(({ kind }) => kind)).toEqual([
    ...['session', 'statement', 'message', 'message', 'message'],
    ...['statement', 'message', 'message', 'end'],
  ]);
  expect(texts(found)).toEqual(['one', 'two', 'three']);
  expect(found[6]).toMatchObject({ statement: 'gw-0/7', at: now, type: ROW });
  expect(await problems(check())).toEqual([]);
});

test('what is on the disk of the gateway neither shows nor opens a row', async () => {
  const recordings = await open();
  record(recordings, 'gw-0/1', ['the-secret-of-ada']);
  recordings.close();
  for (const name of await readdir(folder, { recursive: true })) {
    if (name === 'key' || !/\.(rec|pub)$/.test(name)) continue;
    expect((await readFile(join(folder, name))).includes('the-secret-of-ada')).toBe(false);
  }
  const other = freshRecordingKeys();
  await writeFile(join(folder, 'other'), other.privatePem);
  const found = await items(pathOf(events[0]), 'other');
  expect(found).toEqual([expect.objectContaining({ kind: 'flaw', isWrong: true })]);
  expect(flaws(found)[0]).toContain('which is not among yours');
});

test('a file with several keys lets the owner of each read', async () => {
  const other = freshRecordingKeys();
  await writeFile(join(folder, 'other'), other.privatePem);
  const both = (await readFile(join(folder, 'key.pub'), 'utf8')) + other.publicPem;
  await writeFile(join(folder, 'both.pub'), both);
  const recordings = await open({ publicKeyFile: join(folder, 'both.pub') });
  record(recordings, 'gw-0/1', ['seen by both']);
  recordings.close();
  for (const key of ['key', 'other'])
    expect(texts(await items(pathOf(events[0]), key))).toEqual(['seen by both']);
});

test('over a change of key, what each key opens is read, and where it ends is said', async () => {
  const other = freshRecordingKeys();
  await writeFile(join(folder, 'other'), other.privatePem);
  await writeFile(join(folder, 'other.pub'), other.publicPem);
  const recordings = await open();
  const large = 'x'.repeat(270_000);
  record(recordings, 'gw-0/1', [large]);
  await recordings.use({ ...config, publicKeyFile: join(folder, 'other.pub') });
  record(recordings, 'gw-0/2', ['y', large]);
  recordings.close();
  const [before, after] = [await items(pathOf(events[0])), await items(pathOf(events[0]), 'other')];
  expect(texts(before)).toEqual([large]);
  expect(before.at(-1)).toMatchObject({
    kind: 'flaw',
    message: expect.stringMatching(/^from chunk 1 on it cannot/),
  });
  expect(after[0]).toMatchObject({
    kind: 'flaw',
    message: expect.stringMatching(/^from chunk 0 on it cannot/),
  });
  expect(texts(after)).toEqual(['y', large]);
});

test('without a key what has to be recorded is refused, in words that say what to configure', async () => {
  const recordings = await open({ publicKeyFile: undefined });
  const refused = (): unknown => recordings.begin('s1', 'gw-0/1');
  expect(refused).toThrow(Fault);
  expect(refused).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('audit.recordings.public_key_file') }),
  );
});

test('a private key in the place of the public one is refused', async () => {
  await expect(open({ publicKeyFile: join(folder, 'key') })).rejects.toThrow(
    'belongs where the auditor keeps it',
  );
});

test('a statement beyond its limit is cut with a marker, and its end is kept', async () => {
  const recordings = await open();
  record(
    recordings,
    'gw-0/1',
    Array.from({ length: 9 }, () => 'x'.repeat(100_000)),
  );
  record(recordings, 'gw-0/9', ['after']);
  recordings.close();
  const found = (
    await Promise.all([items(pathOf(events.find(({ type }) => type === 'recording.chunk')))])
  ).flat();
  expect(texts(found)).toHaveLength(6);
  expect(found.filter(({ kind }) => kind === 'cut')).toEqual([
    expect.objectContaining({ because: 'statement_limit', limit: 1 << 19, statement: 'gw-0/1' }),
  ]);
  expect(found.filter((item) => item.kind === 'message' && item.type === COMPLETE)).toHaveLength(2);
  expect(events.filter(({ type }) => type === 'recording.cut')).toHaveLength(1);
  expect(await problems(check())).toEqual([]);
});

test('a message of which only the beginning came is recorded with a marker, and what follows as well', async () => {
  const recordings = await open();
  const answer = recordings.begin('s1', 'gw-0/1');
  answer?.message(ROW, row('begins'), 0, 6, 2_000_000);
  answer?.message(ROW, row('next'), 0, 4, 4);
  recordings.close();
  const found = await items(pathOf(events.find(({ type }) => type === 'recording.chunk')));
  expect(found.map(({ kind }) => kind)).toEqual(['session', 'statement', 'message', 'cut', 'message', 'end']);
  const cut = { because: 'message_limit', limit: 6, statement: 'gw-0/1' };
  expect(found[3]).toMatchObject(cut);
  expect(events.filter(({ type }) => type === 'recording.cut')).toMatchObject([
    { members: { recording: cut } },
  ]);
});

test.each([
  { atLimit: 'cut', what: 'goes on without being recorded' },
  { atLimit: 'deny', what: 'is refused from then on' },
] as const)('a session beyond its limit $what', async ({ atLimit }) => {
  const limits = { sessionBytes: 300_000, statementBytes: 200_000, atLimit };
  const recordings = await open({ limits });
  record(recordings, 'gw-0/1', ['x'.repeat(180_000)]);
  record(recordings, 'gw-0/2', ['y'.repeat(180_000)]);
  const next = (): unknown => recordings.begin('s1', 'gw-0/3');
  if (atLimit === 'cut') expect(next()).toBeUndefined();
  else expect(next).toThrow('has reached its limit of 300000 bytes');
  recordings.close();
  const found = await items(pathOf(events.find(({ type }) => type === 'recording.chunk')));
  expect(texts(found)).toHaveLength(1);
  expect(found.filter(({ kind }) => kind === 'cut')).toEqual([
    expect.objectContaining({ because: 'session_limit', statement: 'gw-0/2' }),
  ]);
});

test('a disk that cannot be written refuses statements until it can', async () => {
  await writeFile(join(folder, 'recordings'), 'in the way');
  const recordings = await open();
  expect(() => recordings.begin('s1', 'gw-0/1')).toThrow('cannot be recorded now');
  await rm(join(folder, 'recordings'));
  now += 1000;
  record(recordings, 'gw-0/2', ['again']);
  recordings.close();
  expect(texts(await items(pathOf(events[0])))).toEqual(['again']);
});

test('a journal that takes no event leaves nothing in the file, and what was kept comes with the next chunk', async () => {
  let isFull = true;
  const append = (event: RecordingEvent): void => {
    if (isFull) throw new Fault('audit_full');
    events.push(event);
  };
  const recordings = await Recordings.open(config, { append, clock, log: silentLog });
  const answer = recordings.begin('s1', 'gw-0/1');
  const large = row('z'.repeat(270_000));
  expect(() => answer?.message(ROW, large, 0, large.length, large.length)).toThrow(
    'the audit journal is full',
  );
  expect(() => recordings.begin('s1', 'gw-0/2')).toThrow('the audit journal is full');
  isFull = false;
  record(recordings, 'gw-0/3', ['after']);
  recordings.close();
  expect(texts(await items(pathOf(events[0])))).toEqual(['z'.repeat(270_000), 'after']);
  expect(await problems(check())).toEqual([]);
});

test('what a write behind the back of the client could not keep stops the next message, until it can', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const recordings = await open();
    const answer = recordings.begin('s1', 'gw-0/1');
    const say = (text: string): void => answer?.message(ROW, row(text), 0, text.length, text.length);
    say('one');
    await writeFile(join(config.folder, '2030-01-31'), 'in the way');
    vi.advanceTimersByTime(1000);
    expect(() => say('two')).toThrow('cannot be recorded now');
    await rm(join(config.folder, '2030-01-31'));
    vi.advanceTimersByTime(1000);
    say('three');
    recordings.close();
    expect(events.map(({ type }) => type)).toEqual(['recording.chunk', 'recording.chunk']);
    expect(texts(await items(pathOf(events[0])))).toEqual(['one', 'two', 'three']);
  } finally {
    vi.useRealTimers();
  }
});

test('what can not be written when its session ends is an event', async () => {
  const recordings = await open();
  record(recordings, 'gw-0/1', ['lost']);
  const began = new Date(now).toISOString();
  await writeFile(join(config.folder, '2030-01-31'), 'in the way');
  now += 700;
  recordings.close();
  const recording = {
    because: 'not_written',
    statement: 'gw-0/1',
    from: began,
    to: new Date(now).toISOString(),
  };
  expect(events).toEqual([{ type: 'recording.cut', session: 's1', members: { recording } }]);
});

async function several(): Promise<string> {
  const recordings = await open();
  for (const at of [1, 2, 3]) {
    record(recordings, `gw-0/${at}`, ['x'.repeat(270_000)]);
  }
  recordings.close();
  expect(events.filter(({ type }) => type === 'recording.chunk').length).toBeGreaterThanOrEqual(4);
  return pathOf(events[0]);
}

test('a recording is readable up to its last whole chunk', async () => {
  const path = await several();
  const whole = await readFile(path);
  await truncate(path, whole.length - 100);
  expect(texts(await items(path)).length).toBeGreaterThanOrEqual(3);
  await truncate(path, 400_000);
  expect(texts(await items(path))).toHaveLength(1);
});

test.each([
  {
    name: 'a changed byte',
    change: (bytes: Buffer) => bytes.fill((bytes[5000] as number) ^ 1, 5000, 5001),
    want: ['changed 0'],
  },
  {
    name: 'an end that is missing',
    change: (bytes: Buffer) => bytes.subarray(0, 300_000),
    want: ['changed 1'],
  },
  { name: 'a file that is empty', change: () => Buffer.alloc(0), want: ['cut_off 0'] },
  {
    name: 'a chunk too many',
    change: (bytes: Buffer) => Buffer.concat([bytes, bytes]),
    want: ['unknown_chunk'],
  },
  {
    name: 'bytes behind the last chunk',
    change: (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('more')]),
    want: ['unknown_chunk 4'],
  },
])('verification finds $name', async ({ change, want }) => {
  const path = await several();
  await writeFile(path, change(await readFile(path)));
  const found = await problems(check());
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(want[0]);
});

test('verification says what it has compared, and what of it could not be written', async () => {
  await several();
  const cut = { type: 'recording.cut', session: 's1', recording: { because: 'not_written' } };
  const removed = { type: 'recording.removed', session: 's2', recording: {} };
  const checked = check([{ type: 'session.ended', session: 's1' }, cut, removed]);
  expect(await checked.compare(join(folder, 'recordings'))).toEqual({
    ...{ problems: [], recordings: 1, chunks: 4, cutShort: 1, removed: 1 },
  });
});

test('verification finds a file that is gone, unless it was removed for a reason that the journal has', async () => {
  await rm(await several());
  expect(await problems(check())).toEqual(['missing 0']);
  expect(await problems(check([{ type: 'recording.removed', session: 's1' }]))).toEqual([]);
});

test('chunks whose events are gone are vouched for by those behind them', async () => {
  const path = await several();
  const found = await items(path, 'key', 2);
  expect(flaws(found)).toEqual([]);
  expect(texts(found)).toHaveLength(3);
  await writeFile(path, (await readFile(path)).fill(0, 5000, 5001));
  const changed = await items(path, 'key', 2);
  expect(flaws(changed)).toEqual(['chunk 0 is in no event of the journal']);
  expect(changed[0]).toMatchObject({ kind: 'flaw', at: now });
  expect(texts(changed)).toHaveLength(2);
});

test('what comes behind the journal as it was read is said, and not shown', async () => {
  const path = await several();
  const known = new KnownRecording();
  for (const event of events.slice(0, 2)) known.see(asRead(event));
  const found: (RecordedItem | RecordingFlaw)[] = [];
  for await (const item of readRecording(path, await readPrivateKeys(join(folder, 'key')), known))
    found.push(item);
  expect(texts(found)).toHaveLength(2);
  expect(found.at(-1)).toMatchObject({
    kind: 'flaw',
    isWrong: false,
    message: expect.stringContaining('chunk 2'),
  });
});

test('an event that retention has emptied is no obstacle', async () => {
  await several();
  const [first, ...others] = events;
  events = others;
  const emptied = [{ type: first?.type ?? '', session: 's1', redacted: 'age' }];
  expect(await problems(check(emptied))).toEqual([]);
});
