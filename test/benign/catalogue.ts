// The catalogue of honest work: what programs send, and how little of the answer may differ from a direct one.
import { readFile } from 'node:fs/promises';
import type { Step } from '../scores/step.ts';

export type HonestItem = Readonly<{
  id: string;
  category: string;
  source: string;
  tier: 'core' | 'edge';
  startup?: Readonly<Record<string, string>>;
  steps: readonly Step[];
  /** `ok`: it succeeds, but what it gives isn't the same twice. */
  expect: 'identical' | 'masked' | 'ok';
  /** The names of the columns that come masked. */
  masked?: readonly string[];
  /** What the server says of itself at the beginning, which must be the same, too. */
  compare_startup?: readonly string[];
}>;

export async function readHonestItems(file: string): Promise<readonly HonestItem[]> {
  const { items } = JSON.parse(await readFile(file, 'utf8')) as { items: HonestItem[] };
  return items;
}
