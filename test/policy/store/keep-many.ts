// A process that keeps thirty versions of one bundle, next to others that do the same.
import { BundleStore } from '../../../gateway/policy/store/bundle-store.ts';
import { keepVersion } from './kept.ts';

const [folder = '', process = ''] = globalThis.process.argv.slice(2);
const store = new BundleStore(folder, 'main');
// Some of the versions are the same in all of them, as they are in the workers of one gateway.
for (let at = 0; at < 30; at += 1) await keepVersion(store, at % 2 === 0 ? at : at * 100 + Number(process));
