export { BundleRefused } from './bundle/bundle-refused.ts';
export { type OpenOptions, openBundle } from './bundle/open-bundle.ts';
export type { VerifiedBundle } from './bundle/verified-bundle.ts';
