// Everything that has to hold of the journals once all gateways have ended, whatever happened before.
import { check } from '../scenario.ts';
import type { AuditHouse } from './house.ts';
import type { NumberedWork } from './numbered-work.ts';
import { checkAgainstServer, checkOutcomes, type Journalled, readJournals } from './record.ts';
import { type Chain, verifiedChains } from './verified.ts';

export type Checked = Journalled &
  Readonly<{
    /** How often each statement ran, by the server's own log. */
    executed: ReadonlyMap<number, number>;
    /** Outcomes that nobody knows. */
    unknown: number;
    chains: readonly Chain[];
  }>;

/** Throws what does not hold. `said`: of a sink that has everything, where the journal had to make room. */
export async function checkedRecord(
  house: AuditHouse,
  work: NumberedWork,
  said?: Journalled,
): Promise<Checked> {
  const executed = house.log.read();
  const journal = said ?? (await readJournals(house.dataDir));
  checkAgainstServer(journal, executed, work);
  const unknown = checkOutcomes(journal);
  const chains = await verifiedChains(house.dataDir);
  for (const { type, chain, closed } of journal.last)
    check(type === 'audit.head' && closed === true, () => `the last event of ${chain} is ${type}`);
  for (const { chain, attested, last } of chains)
    check((attested?.seq ?? 0) >= last - 1, () => `${chain} is signed up to ${attested?.seq} of ${last}`);
  const { differing } = house.collected;
  check(differing.length === 0, () => `${differing.length} copies differ, the first: ${differing[0]}`);
  return { ...journal, executed, unknown, chains };
}

/** What a client was told did not run did not, and the rest did. */
export function checkTold(
  told: readonly Readonly<{ n: number; sqlstate: string | undefined }>[],
  executed: ReadonlyMap<number, number>,
): void {
  for (const { n, sqlstate } of told) {
    const times = executed.get(n) ?? 0;
    const want = sqlstate === undefined ? 1 : 0;
    check(
      times === want,
      () => `statement ${n}, told ${sqlstate ?? 'that it ran'}, was executed ${times} times`,
    );
  }
}
