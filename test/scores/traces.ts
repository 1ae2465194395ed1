// Whether an item may have changed the database: then what comes after it gets a new one.
import type { BackendMessage } from '../support/raw-client.ts';
import { type Step, textsOf } from './step.ts';

/** What these commands complete leaves rows and definitions as they were. */
const harmless =
  /^(SELECT \d+|FETCH \d+|MOVE \d+|COPY \d+|BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|RESET|SHOW|EXPLAIN|DECLARE CURSOR|CLOSE CURSOR|CLOSE CURSOR ALL|PREPARE|DEALLOCATE|DEALLOCATE ALL|DISCARD ALL|DISCARD|LISTEN|UNLISTEN|LOCK TABLE)$/;

/** Words of SELECT and COPY that may change something all the same. */
const changing =
  /\b(insert|update|delete|merge|into|nextval|setval|lo_\w+|purge_\w+|touch|dblink\w*|\w+_slot|\w+_file|pg_stat_reset\w*)\b/i;

export function mayHaveChanged(steps: readonly Step[], messages: readonly BackendMessage[]): boolean {
  const tags = messages.filter(({ type }) => type === 'C').map(({ tag }) => tag);
  const isCalled = messages.some(({ type }) => type === 'V');
  if (isCalled || tags.some((tag) => !harmless.test(tag))) return true;
  return tags.some((tag) => /^(SELECT|COPY)\b/.test(tag)) && changing.test(textsOf(steps));
}
