// What the file of access keys holds: verifiers and whom they stand for, never a secret.
import { parseVerifier } from '../wire/index.ts';
import type { PrincipalKind } from './principal.ts';

/** One key as the file has it. Times are ISO 8601. */
export type StoredAccessKey = Readonly<{
  id: string;
  /** PostgreSQL's form, `SCRAM-SHA-256$4096:…`. */
  verifier: string;
  principal: Readonly<{
    name: string;
    kind: PrincipalKind;
    groups: readonly string[];
    scopes: readonly string[];
  }>;
  created: string;
  expires: string | null;
  revoked: string | null;
}>;

export type AccessKeyFile = Readonly<{
  version: 1;
  /** Seeds what unknown keys are answered with, so that every worker and every start answers the same. */
  decoy: string;
  keys: readonly StoredAccessKey[];
}>;

/** By form alone, so that an unknown key looks like a known one. */
export function isAccessKeyName(user: string): boolean {
  return user.startsWith('pk_');
}

/** Errors name the place and never quote the file: it holds verifiers. */
export function parseAccessKeyFile(text: string): AccessKeyFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('it is no JSON');
  }
  const { version, decoy, keys } = asRecord(parsed, 'the file');
  if (version !== 1) throw new Error('its version is not 1');
  if (typeof decoy !== 'string' || !Array.isArray(keys)) throw new Error('it lacks decoy or keys');
  const checked = keys.map((key, at) => checkKey(key, `keys[${at}]`));
  if (new Set(checked.map(({ id }) => id)).size !== checked.length) throw new Error('an id is there twice');
  return { version, decoy, keys: checked };
}

function checkKey(value: unknown, at: string): StoredAccessKey {
  const key = asRecord(value, at);
  const principal = asRecord(key.principal, `${at}.principal`);
  const checks: Readonly<Record<string, boolean>> = {
    id: typeof key.id === 'string' && isAccessKeyName(key.id),
    verifier: isVerifier(key.verifier),
    'principal.name': typeof principal.name === 'string' && principal.name !== '',
    'principal.kind': ['agent', 'service', 'human'].includes(principal.kind as string),
    'principal.groups': isTexts(principal.groups),
    'principal.scopes': isTexts(principal.scopes),
    created: isTime(key.created),
    expires: key.expires === null || isTime(key.expires),
    revoked: key.revoked === null || isTime(key.revoked),
  };
  const problem = Object.keys(checks).find((name) => !checks[name]);
  if (problem !== undefined) throw new Error(`${at}.${problem} is missing or malformed`);
  return key as unknown as StoredAccessKey;
}

function asRecord(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${at} is no object`);
  return value as Record<string, unknown>;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function isVerifier(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return parseVerifier(value).salt.length > 0;
  } catch {
    return false;
  }
}
