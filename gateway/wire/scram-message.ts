// The text of SCRAM messages (RFC 5802, section 7): attributes, base64 and nonces, read as strictly as PostgreSQL does.

export const SCRAM_SHA_256 = 'SCRAM-SHA-256';
export const SCRAM_SHA_256_PLUS = 'SCRAM-SHA-256-PLUS';

export type ScramMechanism = typeof SCRAM_SHA_256 | typeof SCRAM_SHA_256_PLUS;

/**
 * Why an exchange failed: the peer broke the protocol, asked for what isn't supported, disagreed about the TLS channel,
 * or didn't know the password.
 */
export type ScramFailure = 'malformed' | 'unsupported' | 'channel_binding' | 'refused';

/** A SCRAM exchange that ended without success. The message names the part at fault and never its content. */
export class ScramError extends Error {
  readonly failure: ScramFailure;

  constructor(failure: ScramFailure, message: string) {
    super(message);
    this.name = 'ScramError';
    this.failure = failure;
  }
}

// Latin-1 keeps every byte one character, so that the signed text is the text that was sent.
export const toText = (message: Uint8Array): string => Buffer.from(message).toString('latin1');
export const toBytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Walks `a=value,b=value` from left to right. */
export class ScramReader {
  readonly #text: string;
  #at: number;

  constructor(text: string, from = 0) {
    if (text.length === 0) {
      throw new ScramError('malformed', 'the SCRAM message is empty');
    }
    if (text.includes('\0')) {
      throw new ScramError('malformed', 'the SCRAM message holds a NUL byte');
    }
    this.#text = text;
    this.#at = from;
  }

  get position(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  peek(): string {
    return this.#text.charAt(this.#at);
  }

  /** The value of the attribute that must come next; its trailing comma is consumed. */
  value(name: string): string {
    if (this.peek() !== name || this.#text.charAt(this.#at + 1) !== '=') {
      throw new ScramError('malformed', `expected SCRAM attribute "${name}"`);
    }
    const comma = this.#text.indexOf(',', this.#at);
    const end = comma === -1 ? this.#text.length : comma;
    const value = this.#text.slice(this.#at + 2, end);
    this.#at = end + 1;
    return value;
  }

  /** Passes over an extension attribute, which RFC 5802 lets a receiver ignore. */
  skip(): void {
    if (!/^[A-Za-z]$/.test(this.peek())) {
      throw new ScramError('malformed', 'expected a SCRAM attribute');
    }
    this.value(this.peek());
  }

  end(): void {
    // A comma that ended the last value has moved the position one past the end only when nothing followed it.
    if (!this.done || this.#text.endsWith(',')) {
      throw new ScramError('malformed', 'the SCRAM message goes on after its last attribute');
    }
  }
}

/** Canonical base64 or a failure: `Buffer.from` alone passes over what it doesn't know. */
export function decodeBase64(value: string, name: string, length?: number): Buffer {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.toString('base64') !== value || (length !== undefined && bytes.length !== length)) {
    throw new ScramError('malformed', `SCRAM attribute "${name}" is not valid base64 of the right length`);
  }
  return bytes;
}

/** RFC 5802's `printable`: ASCII without space, controls and the comma. */
export function isNonce(text: string): boolean {
  return /^[\x21-\x2b\x2d-\x7e]+$/.test(text);
}
