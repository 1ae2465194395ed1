// The suites by name. A new one is a file here that exports `suite`, and a line below.
import type { Suite } from '../suite.ts';
import { suite as approvals } from './approvals.ts';
import { suite as audit } from './audit.ts';
import { suite as auditQuery } from './audit-query.ts';
import { suite as catalog } from './catalog.ts';
import { suite as facts } from './facts.ts';
import { suite as mask } from './mask.ts';
import { suite as policy } from './policy.ts';
import { suite as policyDiff } from './policy-diff.ts';
import { suite as wire } from './wire.ts';

export const suites: Readonly<Record<string, Suite>> = {
  wire,
  facts,
  catalog,
  policy,
  mask,
  approvals,
  audit,
  'audit-query': auditQuery,
  'policy-diff': policyDiff,
};
