// The document `input` as JSON, each part of it written once for as long as it stays the same.
import { type Input, type StatementFacts, statementInput } from '../../../sql/index.ts';
import { type AnyAsk, type Phase, partsOf } from './ask.ts';
import { secondOf, timeInput } from './time-input.ts';

const encoder = new TextEncoder();
const encode = (value: unknown) => encoder.encode(JSON.stringify(value));
const text = (value: string) => encoder.encode(value);

const seams = {
  identity: text(',"identity":'),
  session: text(',"session":'),
  resource: text(',"resource":'),
  statement: text(',"statement":'),
  grants: text(',"grants":'),
  approval: text(',"approval":'),
  access: text(',"access":'),
  end: text('}'),
};

/** So many statements' facts are kept as JSON, twice over: decisions are remembered, and their facts seldom read again. */
const statementsKept = 200;

export class InputBytes {
  readonly #parts = new WeakMap<object, Uint8Array>();
  readonly #texts = new WeakMap<object, string>();
  #statements = new Map<StatementFacts, Uint8Array>();
  #olderStatements = new Map<StatementFacts, Uint8Array>();
  #request: Uint8Array = new Uint8Array();
  #requestOf = '';

  /** In a buffer of its own. */
  of(phase: Phase, ask: AnyAsk): ArrayBuffer {
    const { identity, session, resource, grants, now } = ask;
    const { facts, approval, access } = partsOf(phase, ask);
    const pieces = [
      this.#requestBytes(phase, now),
      seams.identity,
      this.#part(identity),
      seams.session,
      this.#part(session),
      seams.resource,
      this.#part(resource),
    ];
    if (facts !== undefined) pieces.push(seams.statement, this.#statement(facts));
    if (grants !== undefined) pieces.push(seams.grants, this.#part(grants));
    if (approval !== undefined) pieces.push(seams.approval, encode(approval));
    if (access !== undefined) pieces.push(seams.access, encode(access));
    pieces.push(seams.end);
    return join(pieces);
  }

  /** Of a whole input, whatever parts it has: each of them is written once, but for the request. */
  ofWhole({ request, ...parts }: Input): ArrayBuffer {
    let json = `{"request":${JSON.stringify(request)}`;
    for (const [name, part] of Object.entries(parts))
      if (part !== undefined) json += `,${JSON.stringify(name)}:${this.#text(part)}`;
    return text(`${json}}`).buffer;
  }

  #text(part: object): string {
    let json = this.#texts.get(part);
    if (json === undefined) {
      json = JSON.stringify(part);
      this.#texts.set(part, json);
    }
    return json;
  }

  #requestBytes(phase: Phase, now: number): Uint8Array {
    const key = `${phase} ${secondOf(now)}`;
    if (key !== this.#requestOf) {
      this.#request = text(`{"request":${JSON.stringify({ time: timeInput(now), phase })}`);
      this.#requestOf = key;
    }
    return this.#request;
  }

  #part(part: object): Uint8Array {
    let bytes = this.#parts.get(part);
    if (bytes === undefined) {
      bytes = encode(part);
      this.#parts.set(part, bytes);
    }
    return bytes;
  }

  #statement(facts: StatementFacts): Uint8Array {
    const known = this.#statements.get(facts);
    if (known !== undefined) return known;
    const bytes = this.#olderStatements.get(facts) ?? encode(statementInput(facts));
    if (this.#statements.size >= statementsKept) {
      this.#olderStatements = this.#statements;
      this.#statements = new Map();
    }
    this.#statements.set(facts, bytes);
    return bytes;
  }
}

function join(pieces: readonly Uint8Array[]): ArrayBuffer {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined.buffer;
}
