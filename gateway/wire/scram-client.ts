// The client's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677): message bodies in, message bodies out.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import {
  decodeBase64,
  isNonce,
  SCRAM_SHA_256_PLUS,
  ScramError,
  type ScramMechanism,
  ScramReader,
  toBytes,
  toText,
} from './scram-message.ts';
import { KEY_BYTES, proofOf, type ScramKeys, serverSignature } from './scram-verifier.ts';

export type ScramClientOptions = Readonly<{
  mechanism: ScramMechanism;
  /** The certificate's hash for tls-server-end-point: needed for -PLUS. */
  channelBinding?: Buffer | undefined;
  /** Without -PLUS: the client could bind and believes that the server can't (`y`), which exposes a downgrade. */
  couldBind?: boolean;
  /** PostgreSQL takes the user from the startup packet and ignores this one. */
  username?: string;
  nonce?: string;
}>;

/** What the server asks for: the caller turns it and the password into keys, from its cache if it can. */
export type ScramChallenge = Readonly<{ salt: Buffer; iterations: number }>;

// A server that asks for more would keep this process busy rather than make the password safer.
const MAX_ITERATIONS = 1_000_000;

/**
 * One exchange, once through: `first`, `challenge`, `final`, `verify`. Only after `verify` has returned is the server
 * known to hold the verifier; a caller must not take the login for done before.
 */
export class ScramClientExchange {
  readonly #gs2: string;
  readonly #bindingData: Buffer;
  readonly #clientFirstBare: string;
  readonly #clientNonce: string;
  #state: 'new' | 'first_sent' | 'challenged' | 'final_sent' | 'verified' | 'failed' = 'new';
  #serverFirst = '';
  #nonce = '';
  #expected: Buffer | undefined;

  constructor(options: ScramClientOptions) {
    this.#clientNonce = options.nonce ?? randomBytes(18).toString('base64');
    const plus = options.mechanism === SCRAM_SHA_256_PLUS;
    if (plus && options.channelBinding === undefined) {
      throw new ScramError('channel_binding', 'SCRAM-SHA-256-PLUS needs the hash of the certificate');
    }
    this.#gs2 = plus ? 'p=tls-server-end-point,,' : options.couldBind ? 'y,,' : 'n,,';
    this.#bindingData = (plus && options.channelBinding) || Buffer.alloc(0);
    this.#clientFirstBare = `n=${escapeName(options.username ?? '')},r=${this.#clientNonce}`;
  }

  get verified(): boolean {
    return this.#state === 'verified';
  }

  /** The client-first-message. */
  first(): Buffer {
    this.#step('new', 'first_sent');
    return toBytes(this.#gs2 + this.#clientFirstBare);
  }

  /** Reads the server-first-message. */
  challenge(message: Uint8Array): ScramChallenge {
    this.#step('first_sent', 'failed');
    this.#serverFirst = toText(message);
    const reader = new ScramReader(this.#serverFirst);
    this.#nonce = reader.value('r');
    const salt = decodeBase64(reader.value('s'), 's');
    const iterations = readIterations(reader.value('i'));
    reader.end();
    if (
      !isNonce(this.#nonce) ||
      !this.#nonce.startsWith(this.#clientNonce) ||
      this.#nonce === this.#clientNonce
    ) {
      throw new ScramError('malformed', "the server's SCRAM nonce does not extend the client's");
    }
    if (salt.length === 0) {
      throw new ScramError('malformed', "the server's SCRAM salt is empty");
    }
    this.#state = 'challenged';
    return { salt, iterations };
  }

  /** The client-final-message. */
  final(keys: ScramKeys): Buffer {
    this.#step('challenged', 'final_sent');
    const binding = Buffer.concat([toBytes(this.#gs2), this.#bindingData]).toString('base64');
    const withoutProof = `c=${binding},r=${this.#nonce}`;
    const authMessage = toBytes(`${this.#clientFirstBare},${this.#serverFirst},${withoutProof}`);
    this.#expected = serverSignature(keys.serverKey, authMessage);
    return toBytes(`${withoutProof},p=${proofOf(keys, authMessage).toString('base64')}`);
  }

  /** Reads the server-final-message: the server's own proof that it knows the verifier. */
  verify(message: Uint8Array): void {
    this.#step('final_sent', 'failed');
    const reader = new ScramReader(toText(message));
    if (reader.peek() === 'e') {
      throw new ScramError('refused', 'the server refused the SCRAM proof');
    }
    const signature = decodeBase64(reader.value('v'), 'v', KEY_BYTES);
    reader.end();
    if (this.#expected === undefined || !timingSafeEqual(signature, this.#expected)) {
      throw new ScramError('refused', "the server's SCRAM signature is wrong");
    }
    this.#state = 'verified';
  }

  #step(from: string, to: 'first_sent' | 'final_sent' | 'failed'): void {
    if (this.#state !== from) {
      throw new ScramError('malformed', 'a SCRAM message came out of turn');
    }
    this.#state = to;
  }
}

function readIterations(text: string): number {
  const iterations = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (iterations === 0) {
    throw new ScramError('malformed', 'the SCRAM iteration count is not a positive number');
  }
  if (iterations > MAX_ITERATIONS) {
    throw new ScramError('unsupported', `the server asks for more than ${MAX_ITERATIONS} SCRAM iterations`);
  }
  return iterations;
}

// RFC 5802, section 5.1: `=` and `,` would otherwise end the name. toBytes writes Latin-1, so UTF-8 goes in as bytes.
function escapeName(name: string): string {
  return toText(Buffer.from(name)).replaceAll('=', '=3D').replaceAll(',', '=2C');
}
