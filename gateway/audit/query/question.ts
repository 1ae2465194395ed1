// What an auditor asks: all that is named has to be so of an event.
import type { TimeRange } from './source/parts.ts';

export type Question = TimeRange &
  Readonly<{
    /** Statements that read it: `public.customers.ssn`. */
    column?: string | undefined;
    /** Statements that touch something with it. */
    label?: string | undefined;
    /** Statements that read or write it: `public.customers`. */
    relation?: string | undefined;
    /** What ran: neither refused nor held, and not skipped. */
    ran?: boolean | undefined;
    principal?: string | undefined;
    /** What was refused, before its intent or behind it. */
    refused?: boolean | undefined;
    rule?: string | undefined;
    /** What people decided about, and what ran by that. */
    approved?: boolean | undefined;
    approver?: string | undefined;
    session?: string | undefined;
    /** The id that a client reads in a refusal, or the one of an event, a statement or an approval. */
    id?: string | undefined;
  }>;

/** What matching events are counted by. */
export const countedBy = ['principal', 'rule', 'type', 'day'] as const;
export type CountedBy = (typeof countedBy)[number];

export type Count = Readonly<{ value: string; times: number; first: string; last: string }>;
