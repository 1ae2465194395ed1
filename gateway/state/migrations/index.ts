// The steps that made the state database what it is; one that was released is never changed again.
import { agents } from './agents.ts';
import { approvals } from './approvals.ts';
import { auditHoldNews, auditHolds } from './audit-holds.ts';
import { brokenGlass } from './broken-glass.ts';
import { budgets } from './budgets.ts';
import { decoys } from './decoys.ts';
import { grants } from './grants.ts';
import { notifications } from './notifications.ts';
import { people } from './people.ts';
import { revocations } from './revocations.ts';
import { sessions } from './sessions.ts';
import { usedTokens } from './used-tokens.ts';

export type Migration = Readonly<{ name: string; sql: string }>;

export const migrations: readonly Migration[] = [
  { name: 'approvals', sql: approvals },
  { name: 'revocations', sql: revocations },
  { name: 'notifications', sql: notifications },
  { name: 'grants', sql: grants },
  { name: 'agents', sql: agents },
  { name: 'people', sql: people },
  { name: 'used tokens', sql: usedTokens },
  { name: 'budgets', sql: budgets },
  { name: 'broken glass', sql: brokenGlass },
  { name: 'sessions', sql: sessions },
  { name: 'decoys', sql: decoys },
  { name: 'audit holds', sql: auditHolds },
  { name: 'news of audit holds', sql: auditHoldNews },
];
