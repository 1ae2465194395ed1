// A keyed hash of a value, short enough for many to be kept.
import { createHmac } from 'node:crypto';

/** Of 256 bits so many tell two million values apart. */
const BYTES = 16;

export const valueHash =
  (key: Buffer) =>
  (text: string): string =>
    createHmac('sha256', key).update(text).digest().subarray(0, BYTES).toString('base64url');
