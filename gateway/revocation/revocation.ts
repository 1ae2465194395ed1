// What somebody has withdrawn, from whom, and for how long.

export const revocationKinds = ['principal', 'access_key', 'token', 'session'] as const;
export type RevocationKind = (typeof revocationKinds)[number];

export type NewRevocation = Readonly<{
  kind: RevocationKind;
  /** The principal's name, the key's id, the token's `jti` or the session's id. */
  value: string;
  /** Absent: everywhere. */
  resource?: string | undefined;
  reason?: string | undefined;
  by: string;
  /** Milliseconds since 1970, by the clock of the state database, as all the times here. Absent: until it is lifted. */
  until?: number | undefined;
}>;

export type Revocation = NewRevocation & Readonly<{ id: string; at: number }>;
