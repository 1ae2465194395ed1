// The catalogue of attacks: what is sent, and how one sees that it worked.
import { readFile } from 'node:fs/promises';
import type { UpstreamRole } from '../scores/score-stage.ts';
import type { Step } from '../scores/step.ts';

export type Attack = Readonly<{
  id: string;
  category: string;
  title: string;
  steps: readonly Step[];
  /** Searched in the text of each message that any of the connections received. */
  leaks_if?: string;
  must_not_change?: Readonly<{ sql: string; expected: string }>;
  leak_oracle?: Readonly<{ type: 'timing'; min_elapsed_ms: number }>;
  upstream_role?: UpstreamRole;
  profile?: string;
  /** Runs before, as a superuser. */
  setup_sql?: string;
  cleanup_sql?: string;
  /** It means something only where there is a gateway. */
  gateway_only?: boolean;
  /** Older servers don't know its SQL. */
  needs_version?: number;
}>;

export async function readAttacks(file: string): Promise<readonly Attack[]> {
  const { attacks } = JSON.parse(await readFile(file, 'utf8')) as { attacks: Attack[] };
  return attacks;
}
