// From a statement to its effect: its facts are found out, the policy is asked about each, and the answers are settled.
import type { FactsAnswer } from '../../catalog/index.ts';
import { Fault } from '../../lib/index.ts';
import { allow, deny, type Effect, ServerWords, type Statement } from '../../session/index.ts';
import type { Approval } from '../approval/hold.ts';
import { tellChanges } from './allowed.ts';
import { asked } from './asked.ts';
import { estimated } from './estimated.ts';
import { factsOf, type Later } from './facts-of-statement.ts';
import { fixedSettingChanged } from './fixed-settings.ts';
import type { SessionOptions } from './guard-options.ts';
import { settled } from './settle.ts';
import { isSame, settledBefore } from './settled-before.ts';

export function effectOfText(statement: Statement, text: string, options: SessionOptions): Later<Effect> {
  const answer = factsOf(statement, text, options.facts);
  return answer instanceof Promise
    ? answer.then((late) => effectOf(late, statement, options))
    : effectOf(answer, statement, options);
}

/** `approval`: what it waited for, which it has now. */
export function effectOf(
  answer: FactsAnswer,
  statement: Statement,
  options: SessionOptions,
  approval?: Approval,
): Later<Effect> {
  if (answer.kind === 'error') return deny(new ServerWords(answer));
  if (answer.kind === 'unknown') {
    if (statement.transaction === 'failed' && isSingle(statement)) return deny(transactionAborted);
    return deny(new Fault('facts_unknown', { because: answer.reason.because }));
  }
  const { asker, tracks } = options;
  const changed = fixedSettingChanged(answer.statements, asker.fixed);
  if (changed !== undefined) return deny(new Fault('setting_fixed', { name: changed }));
  const decider = tracks.decider(asker.identity);
  if (decider === undefined) return deny(new Fault('no_policy'));

  const [only, another] = answer.statements;
  if (only === undefined) return allow;
  const first = asked(only, statement, decider, options, approval?.input);
  const known = settledBefore.get(answer);
  if (isSame(known, first, options.masking) && !tracks.hears) {
    tellChanges(answer, statement);
    return known.effect;
  }
  if (another !== undefined) {
    const rest = answer.statements
      .slice(1)
      .map((each) => asked(each, statement, decider, options, approval?.input));
    return settled([first, ...rest], answer, statement, options, approval);
  }
  const { needs } = first.decided.decision;
  if (needs === undefined) return settled([first], answer, statement, options, approval);
  return estimated(only, needs, statement).then((found) =>
    settled(
      [found === undefined ? first : asked(found, statement, decider, options, approval?.input)],
      answer,
      statement,
      options,
      approval,
    ),
  );
}

/** As the server answers to whatever doesn't end a failed transaction. */
const transactionAborted = new ServerWords({
  sqlstate: '25P02',
  message: 'current transaction is aborted, commands ignored until end of transaction block',
  detail: undefined,
  hint: undefined,
});

function isSingle(statement: Statement): boolean {
  const parsed = statement.parsed();
  return Array.isArray(parsed) && parsed.length === 1;
}
