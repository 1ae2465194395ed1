// `npm run generate`: brings the generated files up to date.
import { generateAll } from './generated.ts';

const changed = await generateAll();
console.log(changed.length === 0 ? 'nothing has changed' : changed.map((file) => `wrote ${file}`).join('\n'));
