// Everything that may break around the audit.
import type { Scenario } from '../scenario.ts';
import { endedAudit } from './audit-ends.ts';
import { killedAudit } from './audit-kills.ts';
import { fullAudit } from './audit-room.ts';
import { sinkAway, strictSink } from './audit-sinks.ts';

export const audit: readonly Scenario[] = [killedAudit, fullAudit, sinkAway, strictSink, endedAudit];
