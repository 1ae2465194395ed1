// A bundle whose bytes were unpacked, whose signature holds and whose data stays within its roots.

export type VerifiedBundle = Readonly<{
  /** What the configuration calls it. */
  name: string;
  /** What its builder calls this version; empty when the builder gave none. */
  revision: string;
  /** SHA-256 of the file, in hexadecimal. */
  digest: string;
  /** The parts of `data` that are this bundle's own; `''` is all of it. */
  roots: readonly string[];
  wasm: Buffer | undefined;
  /** Slash-separated, without `data`: `gateway/statement/decision`. */
  entrypoints: readonly string[];
  /** Its keys are whatever the bundle says, `__proto__` too: look them up with Object.hasOwn, and assign none as they are. */
  data: Readonly<Record<string, unknown>>;
  /** The manifest's own. */
  metadata: Readonly<Record<string, unknown>>;
  /** The id of the key that it was signed with; undefined for one that the configuration takes unsigned. */
  signedBy: string | undefined;
  /** Size of the file. */
  bytes: number;
}>;
