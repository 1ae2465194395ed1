// Logs in to a resource's database, as the gateway would for a client.

import type { ResourceConfig } from '../../config/index.ts';
import { silentLog, systemClock } from '../../lib/index.ts';
import { createUpstream } from '../../upstream/index.ts';
import { bad, type Finding, good } from './finding.ts';

export async function checkUpstream(resource: ResourceConfig, about: string): Promise<Finding> {
  const { host, port, database } = resource.upstream;
  const target = `${database} at ${host}:${port}`;
  const upstream = createUpstream(resource, { log: silentLog, clock: systemClock });
  try {
    const connection = await upstream.connect({
      startupParameters: { application_name: 'portcullis check-config' },
    });
    connection.socket.destroy();
    return good(about, `${target} lets the gateway in`);
  } catch (error) {
    return bad(about, `${target}: ${reasons(error).join(': ')}`);
  } finally {
    await upstream.close();
  }
}

/** A fault's message and its causes: this is the operator's own terminal. */
function reasons(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : reasons(error.cause))];
}
