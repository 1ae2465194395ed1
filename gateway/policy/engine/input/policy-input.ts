// The document `input`, made of the parts of a question.
import { type Input, statementInput } from '../../../sql/index.ts';
import { type AnyAsk, type Phase, partsOf } from './ask.ts';
import { timeInput } from './time-input.ts';

export function policyInput(phase: Phase, ask: AnyAsk): Input {
  const { identity, session, resource, grants, now } = ask;
  const { facts, approval, access } = partsOf(phase, ask);
  return {
    request: { time: timeInput(now), phase },
    identity,
    session,
    resource,
    ...(facts === undefined ? {} : { statement: statementInput(facts) }),
    ...(grants === undefined ? {} : { grants }),
    ...(approval === undefined ? {} : { approval }),
    ...(access === undefined ? {} : { access }),
  };
}
