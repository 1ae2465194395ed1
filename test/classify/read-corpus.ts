// The corpus of column names, and what is proposed for each of them.
import { readFileSync } from 'node:fs';
import { weigh } from '../../gateway/classify/evidence.ts';
import { tableSense } from '../../gateway/classify/names/table-words.ts';
import { typeClass } from '../../gateway/classify/names/type-class.ts';
import type { CatalogView, Type } from '../../gateway/sql/index.ts';

export type CorpusColumn = Readonly<{
  name: string;
  wanted: readonly string[];
  got: string | undefined;
  confidence: number;
}>;

/** Types by their name alone: the corpus has the server's own. */
const typeNames: string[] = [];
const oidOf = (name: string): number => {
  if (!typeNames.includes(name)) typeNames.push(name);
  return typeNames.indexOf(name) + 1;
};
const catalog = {
  type: (oid: number) => ({ name: typeNames[oid - 1], kind: 'base', element: 0 }) as Type,
} as CatalogView;

export function readCorpus(path: URL): readonly CorpusColumn[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', type = '', wanted] = line.split(' ');
      const [table = '', column = ''] = name.split('.');
      const found = weigh({
        name: column,
        type: typeClass(oidOf(type), catalog),
        typeName: undefined,
        comment: undefined,
        table: tableSense(table),
        sampled: undefined,
      });
      return {
        name,
        wanted: wanted?.split('|') ?? [],
        got: found?.label,
        confidence: found?.confidence ?? 0,
      };
    });
}

export type Score = Readonly<{
  precision: number;
  recall: number;
  wrong: readonly string[];
  missed: readonly string[];
}>;

/** A wrong label counts against both. */
export function scoreOf(corpus: readonly CorpusColumn[], minConfidence: number): Score {
  const proposed = corpus.filter(({ got, confidence }) => got !== undefined && confidence >= minConfidence);
  const isRight = ({ wanted, got }: CorpusColumn): boolean => wanted.includes(got ?? '');
  const right = proposed.filter(isRight);
  const sensitive = corpus.filter(({ wanted }) => wanted.length > 0);
  const say = ({ name, wanted, got, confidence }: CorpusColumn): string =>
    `${name}: ${got ?? 'nothing'} ${confidence.toFixed(2)}, should be ${wanted.join(' or ') || 'nothing'}`;
  return {
    precision: right.length / proposed.length,
    recall: right.length / sensitive.length,
    wrong: proposed.filter((each) => !isRight(each)).map(say),
    missed: sensitive.filter((each) => !right.includes(each)).map(say),
  };
}
