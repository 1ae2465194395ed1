// Single values out of the body of a question, each of the kind that it must be.
import { wrong } from './api-error.ts';

type Body = Readonly<Record<string, unknown>>;

/** Undefined where it is absent or empty. */
export function textIn(body: Body, name: string, most: number): string | undefined {
  const value = body[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string' && value.length <= most) return value;
  throw wrong(
    400,
    `${name} is not a text, or longer than ${most} characters`,
    'Send a shorter text, or nothing.',
  );
}

/** In milliseconds. */
export function timeIn(body: Body, name: string): number | undefined {
  const text = textIn(body, name, 64);
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw wrong(400, `${name} is no time`, 'Write it as 2030-01-31T12:00:00Z.');
}

export const isId = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text);
