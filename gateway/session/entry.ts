// What a principal is let in to a resource with: the way to its database, and what stands between.
import type { Principal } from '../identity/index.ts';
import type { Upstream } from '../upstream/index.ts';
import type { Guard } from './decide.ts';

/** Who wants in where, once it is certain who it is. */
export type Login = Readonly<{
  sessionId: string;
  principal: Principal;
  /** The name as the client gave it. */
  resource: string;
  /** The client's address, without the port. */
  address: string;
  tls: boolean;
  /** What the client calls itself. */
  applicationName: string;
  /** What it says that the session is for, as it connects. */
  purpose: string | undefined;
}>;

export type Entry = Readonly<{
  upstream: Upstream;
  /** Decides on this session's statements. */
  guard: Guard;
  /** Which of the resource's credentials; `default` when absent. */
  credential?: string | undefined;
  /** Settings that the session begins with, and that its guard keeps from being changed. */
  settings: Readonly<Record<string, string>>;
  /** The time that the session has. */
  seconds?: number | undefined;
  /** The session has ended. */
  leave(): void;
}>;
