// An agent that is registered: who answers for it, what it is for and what it may reach, and whether it may now.
import type { ScramVerifier } from '../wire/index.ts';
import type { Registration } from './agents.types.ts';

export type Agent = Readonly<{
  id: string;
  registration: Registration;
  /** Milliseconds since 1970. Absent: it doesn't end by itself. */
  until: number | undefined;
  suspended: Readonly<{ by: string; because: string | undefined }> | undefined;
  /** Nobody logs in under its name until it is registered anew. */
  deletedBy: string | undefined;
}>;

export type AgentKey = Readonly<{
  id: string;
  agent: Agent;
  verifier: ScramVerifier;
  createdBy: string;
  createdAt: number;
  expiresAt: number | undefined;
  revokedBy: string | undefined;
}>;
