export { BundleRefused } from './bundle/bundle-refused.ts';
export type { VerifiedBundle } from './bundle/verified-bundle.ts';
