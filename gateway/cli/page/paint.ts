// Styles for a terminal that shows them, and none for pipes, files and people who don't want any.

import { styleText } from 'node:util';
import type { Terminal } from '../command.ts';

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;

/** NO_COLOR turns styles off everywhere, as in other programs. */
export function paintFor({ stdout, env }: Terminal): Paint {
  if (stdout.isTTY !== true || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return plain;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/** How wide a page may be: lines of more than 120 columns are hard to read. */
export function widthFor({ stdout }: Terminal): number {
  return Math.min(Math.max(stdout.columns ?? 100, 60), 120);
}
