// A call of set_config as what it is: a SET, whose name and value are known when they are constants.
import type { Expression, NodeOf } from '../../analyzed/registry/node.ts';
import type { Scope } from '../../analyzed/scope.ts';
import { walkTree } from '../../analyzed/walk.ts';
import type { Collector } from '../collector.ts';
import type { FunctionFact } from '../facts.ts';
import { bytewise, conjunctsOf } from '../row-filter/key-equality.ts';
import { textOf } from '../text-constant.ts';

/** What it sets is among the effects on the session. */
export const isSetByStatement = ({ signature, through }: FunctionFact): boolean =>
  through.length === 0 && signature === 'pg_catalog.set_config(text, text, boolean)';

export function collectSetting(
  call: NodeOf<'FUNCEXPR'>,
  scope: Scope | undefined,
  collector: Collector,
): void {
  const routine = collector.catalog.routine(call.funcid);
  if (routine?.builtin !== true || routine.name !== 'set_config') return;
  const [name, value, local] = call.args;
  const text = constantText(value);
  collector.setting({
    effect: 'set',
    name: (constantText(name) ?? (isShown(call, scope) ? equalText(name, scope) : undefined))?.toLowerCase(),
    // Whoever isn't known to set it for the transaction alone sets it for longer.
    local: local?.tag === 'CONST' && local.constvalue?.bytes[0] === 1,
    values: text === undefined ? undefined : [text],
  });
}

const constantText = (expression: Expression | undefined): string | undefined =>
  expression?.tag === 'CONST' ? textOf(expression) : undefined;

/** What is shown is worked out for rows that have passed the WHERE. */
function isShown(call: NodeOf<'FUNCEXPR'>, scope: Scope | undefined): boolean {
  let found = false;
  walkTree(scope?.query.targetList ?? [], (node) => {
    if (node === call) found = true;
    return node.tag !== 'QUERY';
  });
  return found;
}

/** What the WHERE says that the column equals: `SELECT set_config(name, …) FROM pg_settings WHERE name = '…'`. */
function equalText(column: Expression | undefined, scope: Scope | undefined): string | undefined {
  if (column?.tag !== 'VAR' || column.varlevelsup !== 0 || column.vartype !== TEXT) return undefined;
  for (const conjunct of conjunctsOf(scope?.query.jointree?.quals ?? null)) {
    if (conjunct.tag !== 'OPEXPR' || conjunct.opno !== TEXT_EQUALS) continue;
    const [left, right] = conjunct.args;
    const isSame =
      left?.tag === 'VAR' &&
      left.varno === column.varno &&
      left.varattno === column.varattno &&
      left.varlevelsup === 0;
    const text = isSame && bytewise.has(conjunct.inputcollid) ? constantText(right) : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}

const TEXT = 25;
/** `=` of texts has had this number since the beginning. */
const TEXT_EQUALS = 98;
