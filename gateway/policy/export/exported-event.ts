// What leaves the process of one decision: all of it, what the policy's rules leave of it, or the bare fact.
import { type DecisionEvent, type DecisionRecord, decisionEvent, metricsOf } from './decision-event.ts';
import { maskEvent } from './mask-event.ts';
import { MaskFailed, readMaskRules } from './mask-rule.ts';

export type ExportedEvent =
  | Readonly<{ outcome: 'sent'; event: Buffer }>
  /** A rule failed: the event says that there was a decision, and neither what was asked nor what was answered. */
  | Readonly<{ outcome: 'withheld'; event: Buffer; cause: unknown }>
  /** `system/log/drop` is true. */
  | Readonly<{ outcome: 'dropped' }>;

/** Never throws, and never lets an event out that the policy's own rules couldn't be asked about. */
export function exportedEvent(
  record: DecisionRecord,
  labels: Readonly<Record<string, string>>,
): ExportedEvent {
  try {
    const event = decisionEvent(record, labels);
    if (isDropped(record.rules.drop(event))) return { outcome: 'dropped' };
    const masked = maskEvent(event, readMaskRules(record.rules.mask(event)));
    return { outcome: 'sent', event: written({ ...masked, metrics: metricsOf(record) }) };
  } catch (cause) {
    return { outcome: 'withheld', event: withheldEvent(record, labels), cause };
  }
}

/** That there was a decision, and nothing of what it was about. */
export function withheldEvent(record: DecisionRecord, labels: Readonly<Record<string, string>>): Buffer {
  const { input: _input, result: _result, ...rest } = decisionEvent({ ...record, input: nothing }, labels);
  return written({ ...rest, erased: ['/input', '/result'], metrics: metricsOf(record) });
}

const nothing = (): undefined => undefined;

function isDropped(answer: unknown): boolean {
  if (answer === undefined || typeof answer === 'boolean') return answer === true;
  throw new MaskFailed('system/log/drop is neither true nor false');
}

function written(event: DecisionEvent): Buffer {
  return Buffer.from(JSON.stringify(event));
}
