// The server's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677): message bodies in, message bodies out.
import { randomBytes } from 'node:crypto';
import {
  decodeBase64,
  isNonce,
  SCRAM_SHA_256,
  SCRAM_SHA_256_PLUS,
  ScramError,
  type ScramMechanism,
  ScramReader,
  toBytes,
  toText,
} from './scram-message.ts';
import { isProofOf, KEY_BYTES, type ScramVerifier, serverSignature } from './scram-verifier.ts';

export type ScramServerOptions = Readonly<{
  /** The mechanism that the client chose in SASLInitialResponse; throws when it wasn't offered. */
  mechanism: string;
  /** For an unknown user a made-up verifier: the exchange then runs whole and fails at its end. */
  verifier: ScramVerifier;
  /** The certificate's hash for tls-server-end-point; present exactly when -PLUS was offered. */
  channelBinding?: Buffer | undefined;
  /** Fails at the end even with the right password: an expired or revoked key looks like a wrong one. */
  doomed?: boolean;
  nonce?: string;
}>;

/** The mechanisms to offer, best first. */
export function offeredScramMechanisms(channelBinding: Buffer | undefined): readonly ScramMechanism[] {
  return channelBinding === undefined ? [SCRAM_SHA_256] : [SCRAM_SHA_256_PLUS, SCRAM_SHA_256];
}

/** One exchange, once through: `first`, then `final`. `final` returns only for a client that knows the password. */
export class ScramServerExchange {
  readonly #verifier: ScramVerifier;
  readonly #binding: Buffer | undefined;
  readonly #plus: boolean;
  readonly #doomed: boolean;
  readonly #ownNonce: string;
  #state: 'new' | 'challenged' | 'done' = 'new';
  #gs2 = '';
  #clientFirstBare = '';
  #serverFirst = '';
  #nonce = '';

  constructor(options: ScramServerOptions) {
    const offered: readonly string[] = offeredScramMechanisms(options.channelBinding);
    if (!offered.includes(options.mechanism)) {
      throw new ScramError(
        'malformed',
        'the client selected an authentication mechanism that was not offered',
      );
    }
    this.#verifier = options.verifier;
    this.#binding = options.channelBinding;
    this.#plus = options.mechanism === SCRAM_SHA_256_PLUS;
    this.#doomed = options.doomed ?? false;
    this.#ownNonce = options.nonce ?? randomBytes(18).toString('base64');
  }

  /** Reads the client-first-message; returns the server-first-message. */
  first(message: Uint8Array): Buffer {
    if (this.#state !== 'new') {
      throw new ScramError('malformed', 'a SCRAM message came out of turn');
    }
    this.#state = 'done';
    const text = toText(message);
    this.#gs2 = this.#readGs2(text);
    this.#clientFirstBare = text.slice(this.#gs2.length);
    const reader = new ScramReader(text, this.#gs2.length);
    if (reader.peek() === 'm') {
      throw new ScramError('unsupported', 'the client requires a SCRAM extension');
    }
    reader.value('n');
    const clientNonce = reader.value('r');
    while (!reader.done) {
      reader.skip();
    }
    reader.end();
    if (!isNonce(clientNonce)) {
      throw new ScramError('malformed', "the client's SCRAM nonce is empty or not printable");
    }
    this.#nonce = clientNonce + this.#ownNonce;
    this.#serverFirst = `r=${this.#nonce},s=${this.#verifier.salt.toString('base64')},i=${this.#verifier.iterations}`;
    this.#state = 'challenged';
    return toBytes(this.#serverFirst);
  }

  /** Reads the client-final-message; returns the server-final-message. Throws `refused` for a wrong proof. */
  final(message: Uint8Array): Buffer {
    if (this.#state !== 'challenged') {
      throw new ScramError('malformed', 'a SCRAM message came out of turn');
    }
    this.#state = 'done';
    const text = toText(message);
    const reader = new ScramReader(text);
    this.#checkBinding(reader.value('c'));
    const nonce = reader.value('r');
    while (!reader.done && reader.peek() !== 'p') {
      reader.skip();
    }
    const withoutProof = text.slice(0, reader.position - 1);
    const proof = decodeBase64(reader.value('p'), 'p', KEY_BYTES);
    reader.end();
    if (nonce !== this.#nonce) {
      throw new ScramError('malformed', 'the SCRAM nonce does not match');
    }
    const authMessage = toBytes(`${this.#clientFirstBare},${this.#serverFirst},${withoutProof}`);
    if (!isProofOf(proof, this.#verifier, authMessage) || this.#doomed) {
      throw new ScramError('refused', 'the SCRAM proof is wrong');
    }
    return toBytes(`v=${serverSignature(this.#verifier.serverKey, authMessage).toString('base64')}`);
  }

  // RFC 5802, section 6: the flag says what the client could do, so that nobody between can talk it out of binding.
  #readGs2(text: string): string {
    const reader = new ScramReader(text);
    const flag = reader.peek();
    if (flag === 'p') {
      const type = reader.value('p');
      if (!this.#plus) {
        throw new ScramError('malformed', 'the client binds the channel without having selected -PLUS');
      }
      if (type !== 'tls-server-end-point') {
        throw new ScramError(
          'unsupported',
          'the client asks for another channel binding than tls-server-end-point',
        );
      }
    } else if (flag !== 'n' && flag !== 'y') {
      throw new ScramError('malformed', 'the SCRAM message does not start with a channel binding flag');
    } else if (this.#plus) {
      throw new ScramError('malformed', 'the client selected -PLUS and does not bind the channel');
    } else if (flag === 'y' && this.#binding !== undefined) {
      throw new ScramError(
        'channel_binding',
        'the client was led to believe that channel binding is not offered',
      );
    }
    const header = flag === 'p' ? 'p=tls-server-end-point,,' : `${flag},,`;
    if (text.charAt(header.length - 1) === 'a') {
      throw new ScramError('unsupported', 'the client asks for an authorization identity');
    }
    if (!text.startsWith(header)) {
      throw new ScramError('malformed', 'the SCRAM message has no well-formed GS2 header');
    }
    return header;
  }

  #checkBinding(value: string): void {
    const want = Buffer.concat([toBytes(this.#gs2), (this.#plus && this.#binding) || Buffer.alloc(0)]);
    if (value !== want.toString('base64')) {
      throw this.#plus
        ? new ScramError('channel_binding', 'the client is bound to another TLS channel than this one')
        : new ScramError('malformed', 'unexpected SCRAM channel binding data');
    }
  }
}
