// A supply in a folder of its own, with what it staged, and small bundles to supply it with.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach } from 'vitest';
import type { BundleConfig } from '../../../gateway/config/index.ts';
import { type BundleStatus, BundleSupply, type VerifiedBundle } from '../../../gateway/policy/index.ts';
import { waitUntil } from '../../support/wait.ts';
import { writeTarGzip } from '../../support/write-tar.ts';
import { bundleConfig } from '../source/events.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export function afterTest(cleanup: () => Promise<unknown>): void {
  cleanups.push(cleanup);
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'supply-'));
  afterTest(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A bundle of data under one root, unsigned. */
export function dataBundle(root: string, revision: string, value: unknown = revision): Buffer {
  return writeTarGzip([
    { name: '/.manifest', content: JSON.stringify({ revision, roots: [root] }) },
    { name: `/${root}/data.json`, content: JSON.stringify({ value }) },
  ]);
}

/** As an operator would: whole, by moving it into its place. */
export async function place(path: string, bundle: Buffer): Promise<void> {
  await writeFile(`${path}.new`, bundle);
  await rename(`${path}.new`, path);
}

export type Supplied = Readonly<{
  supply: BundleSupply;
  /** The revisions of each set that was staged, or tried, in order. */
  tried: readonly string[];
  staged: readonly string[];
  changes(): number;
  log(): string;
  status(name?: string): BundleStatus;
  /** Waits for a set by its revisions. */
  active(revisions: string): Promise<unknown>;
  problem(code: string, name?: string): Promise<BundleStatus>;
  stop(): Promise<void>;
}>;

export type SupplyRequest = Readonly<{
  folder: string;
  bundles: readonly (Partial<BundleConfig> & { url: string })[];
  /** Throws to refuse the set. */
  stage?: (bundles: readonly VerifiedBundle[]) => Promise<void> | void;
  now?: () => number;
}>;

export async function startSupply({
  folder,
  bundles,
  stage,
  now = Date.now,
}: SupplyRequest): Promise<Supplied> {
  const tried: string[] = [];
  const staged: string[] = [];
  const lines: string[] = [];
  let changes = 0;
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const supply = await BundleSupply.start({
    bundles: bundles.map(bundleConfig),
    folder,
    log: pino({ level: 'debug' }, sink),
    clock: { now },
    random: () => 0.5,
    onChange: () => {
      changes += 1;
    },
    stage: async (set) => {
      const revisions = set.map(({ revision }) => revision).join(' ');
      tried.push(revisions);
      await stage?.(set);
      staged.push(revisions);
    },
  });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= supply.close();
    return stopping;
  };
  afterTest(stop);
  const status = (name = 'main'): BundleStatus => {
    const found = supply.status().find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no bundle ${name}`);
    return found;
  };
  return {
    ...{ supply, tried, staged, status, stop },
    changes: () => changes,
    log: () => lines.join(''),
    active: (revisions) => waitUntil(`"${revisions}" to be active`, () => staged.at(-1) === revisions),
    problem: (code, name) =>
      waitUntil(`the problem ${code}`, () => {
        const found = status(name);
        return found.code === code ? found : undefined;
      }),
  };
}
