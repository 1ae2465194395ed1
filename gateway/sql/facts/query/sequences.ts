// Calls that read or move a sequence: the sequence is a relation that the statement touches, by whatever name.
import type { Expression, NodeOf } from '../../analyzed/registry/node.ts';
import type { Collector } from '../collector.ts';

/** Those of the server whose first argument is a sequence; currval knows only those that its own session has moved. */
const ofSequences: ReadonlySet<string> = new Set([
  'nextval',
  'setval',
  'pg_sequence_last_value',
  'pg_get_sequence_data',
]);

const REGCLASS = 2205;

/** What tables' defaults and functions' bodies call is their own doing. Its constants stand in the key of a shape. */
export function collectSequence(call: NodeOf<'FUNCEXPR'>, collector: Collector): void {
  const routine = collector.catalog.routine(call.funcid);
  if (routine?.builtin !== true || !ofSequences.has(routine.name)) return;
  const oid = constantOid(call.args[0]);
  if (oid === undefined) {
    collector.opaque('dynamic', `which sequence ${routine.name} is called for is worked out as it runs`);
    return;
  }
  const sequence = collector.catalog.relation(oid);
  if (sequence === undefined)
    collector.opaque(
      'unknown_object',
      `${routine.name} is called for sequence ${oid}, which is not in the catalog`,
    );
  else collector.access(sequence, ['select'], []);
}

function constantOid(expression: Expression | undefined): number | undefined {
  if (expression?.tag !== 'CONST' || expression.consttype !== REGCLASS || expression.constvalue === null)
    return undefined;
  const { bytes } = expression.constvalue;
  return bytes.length < 4 ? undefined : new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}
