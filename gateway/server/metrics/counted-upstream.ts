// Counts what becomes of connections to a resource's database.
import { ServerRefused, type Upstream } from '../../upstream/index.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';

export function countedUpstream(upstream: Upstream, resource: string, metrics: GatewayMetrics): Upstream {
  return {
    async connect(request) {
      try {
        const connection = await upstream.connect(request);
        metrics.connected(resource, 'connected');
        return connection;
      } catch (error) {
        // A client that left is no failure of the server's.
        if (request.signal?.aborted !== true)
          metrics.connected(resource, error instanceof ServerRefused ? 'refused' : 'failed');
        throw error;
      }
    },
    cancel: (backendKey) => upstream.cancel(backendKey),
    reload: (config) => upstream.reload(config),
    close: () => upstream.close(),
  };
}
