// Where a resource's database can be written: the gateway's own questions make a temporary function.
import type { ResourceConfig } from '../config/index.ts';

/** The resource as the resolver reaches it. */
export const primaryOf = (resource: ResourceConfig): ResourceConfig =>
  resource.primary === undefined ? resource : { ...resource, upstream: resource.primary };
