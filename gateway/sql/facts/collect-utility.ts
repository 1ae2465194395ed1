// Adds what a statement that is no query touches, and what that does in turn.
import { defaultsOf } from './calls/function-calls.ts';
import { readingCalls, treeCalls } from './calls/type-calls.ts';
import type { Collector } from './collector.ts';
import { qualified } from './collector.ts';
import type { WriteFact } from './facts.ts';
import type { Follower } from './query/follow.ts';
import { comparisons } from './query/foreign-keys.ts';
import type { UtilityFacts } from './utility/utility-facts.ts';

export function collectUtility(utility: UtilityFacts, collector: Collector, follow: Follower): void {
  for (const { relation, access, columns, through, ...touched } of utility.relations) {
    collector.access(relation, access, through);
    for (const { number, used } of columns) {
      for (const use of used) {
        if (use === 'write_target') collector.useOnly(relation, number, use, through);
        else collector.useColumn(relation, number, use, through);
      }
    }
    const [reads, locks] = [access.includes('select'), access.includes('lock')];
    if (reads || locks) follow.relation(relation, { reads, shows: reads, locks }, through);
    if (touched.runsWriteExpressions) follow.writeExpressions(relation, through);
    if (touched.analyzes) follow.statistics(relation, through);
  }
  for (const { action, relation, columns } of utility.writes) {
    const write: WriteFact = {
      action,
      relation: relation.oid,
      target: qualified(relation),
      columns: columns.map((number) => relation.columns[number - 1]?.name ?? `column ${number}`),
      rowFilter: action === 'truncate' ? 'none' : undefined,
      rows: undefined,
      through: [],
    };
    collector.write(write);
    // COPY reads the values.
    if (action === 'insert')
      for (const number of columns)
        follow.made(readingCalls(relation.columns[number - 1]?.type ?? 0, collector.catalog), []);
    const filterOn = () => write.rowFilter;
    follow.write(relation, write, { assigned: columns, namesDefaults: false, filterOn }, []);
  }
  for (const type of utility.treeTypes) follow.made(treeCalls(type, collector.catalog), []);
  for (const { routine, as, runs, given } of utility.routines) {
    if (runs === 'now') follow.routine(routine.oid, as, []);
    else collector.call(routine, as, []);
    if (given !== undefined && given.names.length < routine.parameters.length)
      follow.made(defaultsOf(routine), []);
  }
  for (const partitioned of utility.partitioned) follow.partitioned(partitioned);
  for (const columns of utility.compared) follow.made(comparisons(columns, collector.catalog), []);
  for (const view of utility.refreshed) follow.refresh(view);
  for (const { reason, because } of utility.opaque) collector.opaque(reason, because);
}
