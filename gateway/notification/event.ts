// What people and programs are told of a request: that it waits, and how it ended.
import type { Request, RequestStatus } from '../approval/index.ts';

/** `glass_broken`: somebody has approved it alone, in an emergency. It is told beside how the request ended. */
export type EventName = 'requested' | 'glass_broken' | Exclude<RequestStatus, 'pending'>;

export type ApprovalEvent = Readonly<{
  name: EventName;
  /** As it was at that moment: the same for every attempt to tell of it. */
  request: Request;
  /** Milliseconds since 1970, by the clock of the state database. */
  at: number;
  /** Where it can be looked at. */
  link: string | undefined;
  /** The request was settled meanwhile. */
  isOver: boolean;
}>;

export function eventOf(name: EventName, request: Request, link: string | undefined): ApprovalEvent {
  const isOver = request.status !== 'pending';
  // Whom its locks hold up changes while it waits.
  const { blocks: _, ...shown } = request.shown;
  const asItWas: Request =
    name === 'requested'
      ? { ...request, shown, status: 'pending', settledAt: undefined, words: undefined, votes: [] }
      : request;
  const at = asItWas.settledAt ?? request.createdAt;
  return { name, request: asItWas, at, link: linkTo(request.id, link), isOver };
}

/** `template`: with {id} in the place of the request's. */
export const linkTo = (id: string, template: string | undefined): string | undefined =>
  template?.replaceAll('{id}', id);
