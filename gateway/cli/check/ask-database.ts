// Asks a resource's database with one of its credentials, on a connection of its own.

import { type CatalogQuery, catalogQuery } from '../../catalog/index.ts';
import type { ResourceConfig } from '../../config/index.ts';
import { silentLog, systemClock } from '../../lib/index.ts';
import { createUpstream, openClient } from '../../upstream/index.ts';

const applicationName = 'portcullis check-config';

export async function askDatabase<T>(
  resource: ResourceConfig,
  credential: string,
  work: (query: CatalogQuery) => Promise<T>,
): Promise<T> {
  const upstream = createUpstream(resource, { log: silentLog, clock: systemClock });
  try {
    const client = await openClient(upstream, { credential, applicationName });
    client.on('error', () => undefined);
    try {
      return await work(catalogQuery(client));
    } finally {
      await client.end();
    }
  } finally {
    upstream.close();
  }
}
