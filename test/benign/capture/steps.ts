// What a program sent, as steps of the catalogue.
import { isUtf8 } from 'node:buffer';
import { readBindValues, readCstring, readParameterTypes } from '../../../gateway/wire/index.ts';
import type { Parameter, Step } from '../../scores/step.ts';
import type { Sent } from './recorder.ts';

/** What isn't a step: the end of the session, and what a login needs. */
const silent = new Set(['X', 'p']);

/** Undefined where something was sent that has no step. */
export function stepsOf(sent: readonly Sent[]): readonly Step[] | undefined {
  const steps: Step[] = [];
  let due = 0;
  for (const [at, message] of sent.entries()) {
    if (silent.has(message.type)) continue;
    const step = stepOf(message);
    if (step === undefined) return undefined;
    if (step.op !== 'query' && step.op !== 'sync') {
      steps.push(step);
      continue;
    }
    due += 1;
    // Whoever sends the next message before this one is answered doesn't wait.
    const next = sent[at + 1];
    const isPipelined = next !== undefined && !silent.has(next.type) && next.answered < due;
    steps.push(isPipelined ? { ...step, pipeline: true } : step);
  }
  return steps;
}

function stepOf({ type, body }: Sent): Step | undefined {
  const first = readCstring(body, 0, body.length);
  switch (type) {
    case 'Q':
      return { op: 'query', ...textFrom(body, 0) };
    case 'P': {
      if (first === undefined) return undefined;
      const text = textFrom(body, first.end);
      const types = readParameterTypes(body, body.indexOf(0, first.end) + 1, body.length);
      return { op: 'parse', name: first.text, ...text, ...(types?.length ? { types } : {}) };
    }
    case 'B': {
      const statement = first && readCstring(body, first.end, body.length);
      const values = statement && readBindValues(body, statement.end, body.length);
      if (first === undefined || statement === undefined || values === undefined) return undefined;
      const { parameterFormats: pf, parameters, resultFormats: rf } = values;
      const params = parameters.map((value, at) => parameterFrom(value, pf.length > 1 ? pf[at] : pf[0]));
      return { op: 'bind', portal: first.text, stmt: statement.text, params, pf, rf };
    }
    case 'D':
    case 'C': {
      const name = readCstring(body, 1, body.length)?.text ?? '';
      return { op: type === 'D' ? 'describe' : 'close', kind: body[0] === 0x53 ? 'S' : 'P', name };
    }
    case 'E':
      return first && { op: 'execute', portal: first.text, max: body.readInt32BE(first.end) };
    case 'H':
      return { op: 'flush' };
    case 'S':
      return { op: 'sync' };
    case 'd':
      return isUtf8(body) ? { op: 'copydata', data: body.toString() } : undefined;
    case 'c':
      return { op: 'copydone' };
    default:
      return undefined;
  }
}

function textFrom(body: Buffer, start: number): { sql: string } | { sql_hex: string } {
  const bytes = body.subarray(start, body.indexOf(0, start));
  return isUtf8(bytes) ? { sql: bytes.toString() } : { sql_hex: bytes.toString('hex') };
}

function parameterFrom(value: Buffer | null, format = 0): Parameter {
  if (value === null) return null;
  return format === 0 && isUtf8(value) ? { t: value.toString() } : { hex: value.toString('hex') };
}
