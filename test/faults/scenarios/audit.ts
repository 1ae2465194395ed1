// Everything that may break around the audit.
import type { Scenario } from '../scenario.ts';
import { killedAudit } from './audit-kills.ts';

export const audit: readonly Scenario[] = [killedAudit];
