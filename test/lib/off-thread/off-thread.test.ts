// The thread does its jobs one by one, survives what they do to it, and leaves the event loop alone.
import { afterEach, describe, expect, test } from 'vitest';
import { type Job, OffThread, type OffThreadOptions } from '../../../gateway/lib/index.ts';
import { waitUntil } from '../../support/wait.ts';

const module = new URL('./jobs.ts', import.meta.url).href;
const job = <Input, Output>(name: string): Job<Input, Output> => ({ module, name });
const double = job<number, number>('double');

let thread: OffThread;
const start = (options: Partial<OffThreadOptions> = {}): OffThread => {
  thread = new OffThread({ milliseconds: 120_000, ...options });
  return thread;
};
afterEach(() => thread.close());

describe('a thread', () => {
  test('is started by the first job, and does one after the other', async () => {
    start();
    expect(thread.status).toEqual({ running: false, waiting: 0, done: 0, crashes: 0, memory: undefined });
    const results = Promise.all([1, 2, 3].map((number) => thread.run(double, number)));
    expect(thread.status).toMatchObject({ running: true, waiting: 2 });
    expect(await results).toEqual([2, 4, 6]);
    expect(await thread.run(job('later'), 7)).toBe(7);
    expect(thread.status).toMatchObject({ running: false, waiting: 0, done: 4, crashes: 0 });
    expect(thread.status.memory?.heap).toBeGreaterThan(0);
  });

  test('asks in the middle of a job, and gets the answer or the error', async () => {
    start();
    const known: Readonly<Record<string, number>> = { one: 1, two: 2 };
    expect(await thread.run(job('sum'), ['one', 'two', 'two'], (name) => known[String(name)])).toBe(5);
    const refuse = (): never => {
      throw new Error('not known');
    };
    await expect(thread.run(job('sum'), ['x'], refuse)).rejects.toMatchObject({ reason: 'failed' });
    await expect(thread.run(job('sum'), ['x'])).rejects.toThrow('this job has nothing to ask');
    const later = async (name: unknown): Promise<number | undefined> => known[String(name)];
    expect(await thread.run(job('sum'), ['one', 'two'], later)).toBe(3);
  });

  test('that was ended by its job is replaced, and the jobs behind it are done', async () => {
    start();
    const [ended, after] = [thread.run(job('exit'), undefined), thread.run(double, 4)];
    await expect(ended).rejects.toMatchObject({ reason: 'crashed' });
    expect(await after).toBe(8);
    expect(thread.status).toMatchObject({ crashes: 1, done: 1 });
  });

  test('that takes more memory than it may is replaced', async () => {
    start({ megabytes: 64 });
    await expect(thread.run(job('fill'), undefined)).rejects.toMatchObject({ reason: 'crashed' });
    expect(await thread.run(double, 4)).toBe(8);
  });

  test('that takes too long is ended', async () => {
    start({ milliseconds: 1_500 });
    await expect(thread.run(job('forever'), undefined)).rejects.toMatchObject({ reason: 'timed_out' });
    expect(thread.status).toMatchObject({ running: false, crashes: 1, memory: undefined });
  });

  test("reports what a job throws, and what isn't there", async () => {
    start();
    await expect(thread.run(job('fail'), undefined)).rejects.toThrow('as it should');
    await expect(thread.run(job('nothing'), undefined)).rejects.toMatchObject({ reason: 'failed' });
    expect(thread.status.crashes).toBe(0);
  });

  test('refuses more than may wait', async () => {
    start({ waiting: 1 });
    const answers = [1, 2, 3].map((number) => thread.run(double, number).catch(({ reason }) => reason));
    expect(await Promise.all(answers)).toEqual([2, 4, 'busy']);
  });

  test('knows nothing of the environment', async () => {
    start();
    expect(await thread.run(job('environment'), undefined)).toBe(0);
  });

  test('is given back when it has nothing to do, and started again', async () => {
    start({ lingerMilliseconds: 0 });
    expect(await thread.run(double, 1)).toBe(2);
    await waitUntil('its end', () => thread.status.memory === undefined);
    expect(await thread.run(double, 2)).toBe(4);
  });

  test('that is closed refuses what runs, what waits and what comes', async () => {
    start();
    const [runs, waits] = [thread.run(job('forever'), undefined), thread.run(double, 1)];
    const reasons = Promise.all([runs, waits].map((one) => one.catch(({ reason }) => reason)));
    await thread.close();
    expect(await reasons).toEqual(['closed', 'closed']);
    await expect(thread.run(double, 1)).rejects.toMatchObject({ reason: 'closed' });
  });
});
