// What is recorded of parameters: the values, or a mark or a keyed hash in the place of each that nobody may read.
import { createHmac } from 'node:crypto';
import { quoted } from '../../audit/index.ts';
import type { Statement } from '../../session/index.ts';
import { withoutSecrets } from './said-text.ts';

const VALUE_MOST = 200;
const VALUES_MOST = 200;

/** Of a statement, what its parameters are read from. */
export type Bound = Pick<Statement, 'path' | 'prepared' | 'bound' | 'values'>;

/** With which values are hashed; undefined: they are left out. */
export type HashKey = Buffer | undefined;

/** The JSON of the list; undefined where there are none, or none are known. */
export function saidValues(statement: Bound, isHidden: boolean, key: HashKey): string | undefined {
  if (statement.path !== 'bind') return undefined;
  const values = statement.values();
  if (values === undefined) return '"unknown"';
  const { parameters, parameterFormats: formats } = values;
  if (parameters.length === 0) return undefined;
  const types = statement.prepared?.parameterTypes;
  const count = Math.min(parameters.length, VALUES_MOST);
  let json = '[';
  for (let at = 0; at < count; at++) {
    if (at > 0) json += ',';
    const value = parameters[at];
    if (value === null || value === undefined) json += 'null';
    else if (isHidden) json += hidden(value, key);
    else {
      const isText = (formats[formats.length === 1 ? 0 : at] ?? 0) === 0;
      json += shown(isText ? value.toString('utf8') : inWords(value, types?.[at] ?? 0), value, key);
    }
  }
  return count < parameters.length ? `${json},"…"]` : `${json}]`;
}

function hidden(value: Buffer, key: HashKey): string {
  if (key === undefined) return '{"redacted":true}';
  return `{"hash":"${createHmac('sha256', key).update(value).digest('base64url')}"}`;
}

function shown(text: string, value: Buffer, key: HashKey): string {
  if (withoutSecrets(text) !== text) return hidden(value, key);
  if (text.length <= VALUE_MOST) return quoted(text);
  return quoted(`${text.slice(0, VALUE_MOST)}… (${text.length} characters in all)`);
}

/** As PostgreSQL prints the types that drivers send most often; bytes otherwise. */
function inWords(value: Buffer, type: number): string {
  switch (type) {
    case 16:
      return value[0] === 1 ? 't' : 'f';
    case 20:
      return value.length === 8 ? String(value.readBigInt64BE()) : inHex(value);
    case 21:
      return value.length === 2 ? String(value.readInt16BE()) : inHex(value);
    case 23:
    case 26:
      return value.length === 4 ? String(value.readInt32BE()) : inHex(value);
    case 25:
    case 1043:
      return value.toString('utf8');
    default:
      // Without a type that was named it may be anything, a text among others: its bytes would show it all the same.
      return value.length <= 8 ? inHex(value) : `(${value.length} bytes)`;
  }
}

const inHex = (value: Buffer): string => `\\x${value.toString('hex')}`;
