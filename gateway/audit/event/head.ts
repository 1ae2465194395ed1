// A signed head: an event that attests all events before it, so that whoever rewrites them has to forge a signature.
import { type KeyObject, sign, verify } from 'node:crypto';
import type { AuditEvent, Draft } from './event.ts';

/** Member `head` of an event `audit.head`. */
export type Head = Readonly<{
  /** Id of the key. */
  key: string;
  /** The event before the head's own, and its hash. */
  seq: number;
  hash: string;
  /** Ed25519, base64url. */
  signature: string;
}>;

export type Attested = Readonly<{ chain: string; seq: number; hash: string }>;

export function signHead(attested: Attested, key: Readonly<{ id: string; privateKey: KeyObject }>): Head {
  const signature = sign(null, Buffer.from(signedText(attested)), key.privateKey).toString('base64url');
  return { key: key.id, seq: attested.seq, hash: attested.hash, signature };
}

export function headDraft(
  head: Head,
  more: Readonly<{
    open?: ReadonlyMap<string, string>;
    sessions?: ReadonlySet<string>;
    closed?: true;
  }> = {},
): Draft {
  const open = more.open === undefined ? undefined : Object.fromEntries(more.open);
  const sessions = more.sessions === undefined ? undefined : [...more.sessions];
  return { type: 'audit.head', members: { head, open, sessions, closed: more.closed } };
}

/** The head in an event, if it is well-formed; what it says is not checked. */
export function headIn({ type, head }: AuditEvent): Head | undefined {
  if (type !== 'audit.head' || typeof head !== 'object' || head === null) return undefined;
  const { key, seq, hash, signature } = head as Record<string, unknown>;
  const formed =
    typeof key === 'string' &&
    typeof seq === 'number' &&
    typeof hash === 'string' &&
    typeof signature === 'string';
  return formed ? { key, seq, hash, signature } : undefined;
}

export function isSignedBy(chain: string, head: Head, publicKey: KeyObject): boolean {
  const text = Buffer.from(signedText({ chain, seq: head.seq, hash: head.hash }));
  return verify(null, text, publicKey, Buffer.from(head.signature, 'base64url'));
}

const signedText = ({ chain, seq, hash }: Attested): string =>
  `portcullis audit head 1\n${chain}\n${seq}\n${hash}\n`;
