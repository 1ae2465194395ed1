// What one column's name, type, comment and sampled values say together.
import { readComment } from './names/read-comment.ts';
import { type NameReading, readName } from './names/read-name.ts';
import type { TableSense } from './names/table-words.ts';
import type { SampledColumn } from './values/value-evidence.ts';
import { fewestToContradict } from './values/value-evidence.ts';
import type { TypeClass } from './vocabulary/vocabulary.ts';

export type ColumnEvidence = Readonly<{ label: string; confidence: number; because: readonly string[] }>;

export type ColumnQuestion = Readonly<{
  name: string;
  type: TypeClass;
  /** Of a domain or composite type. */
  typeName: string | undefined;
  comment: string | undefined;
  table: TableSense;
  sampled: SampledColumn | undefined;
}>;

/** What a type's own name says is about all of its columns. */
const worthOfTypeName = 0.95;
/** A label that none of many values fits. */
const contradicted = 0.4;
/** Types that hold one thing, whatever the column's name. */
const byType: Partial<Record<TypeClass, ColumnEvidence>> = {
  network: { label: 'pii.ip_address', confidence: 0.5, because: ['its type holds addresses of machines'] },
};

/** The likeliest label; undefined when nothing speaks for any. */
export function weigh(question: ColumnQuestion): ColumnEvidence | undefined {
  const found = new Map<string, ColumnEvidence>();
  const add = (label: string, confidence: number, why: string): void => {
    const before = found.get(label);
    found.set(label, {
      label,
      confidence: before === undefined ? confidence : together(before.confidence, confidence),
      because: [...(before?.because ?? []), why],
    });
  };
  for (const [source, readings] of readingsOf(question))
    for (const { entry, confidence, phrase } of onceEach(readings, question.type))
      add(entry.label, confidence, `${source} "${phrase}"`);
  const { sampled } = question;
  for (const { label, confidence, looksLike, matching } of sampled?.evidence ?? [])
    add(label, confidence, `${matching} of ${sampled?.values} sampled values look like ${looksLike}`);
  const typed = byType[question.type];
  if (found.size === 0 && typed !== undefined) return typed;
  const likely = Array.from(found.values(), (evidence) => contradict(evidence, sampled));
  return likely.sort((one, other) => other.confidence - one.confidence)[0];
}

function readingsOf(question: ColumnQuestion): [string, readonly NameReading[]][] {
  const { name, typeName, comment, table, type } = question;
  const ofName = onceEach(readName(name, table), type);
  const ofType = typeName === undefined ? [] : readName(typeName, table);
  const ofComment = comment === undefined ? [] : readComment(comment);
  return [
    ['the name says', ofName],
    ['the type says', ofType.map((each) => ({ ...each, confidence: each.confidence * worthOfTypeName }))],
    ['the comment says', besideName(ofName, ofComment)],
  ];
}

/** A comment tells of other columns too: where the name says something, only what agrees with it counts. */
function besideName(
  ofName: readonly NameReading[],
  ofComment: readonly NameReading[],
): readonly NameReading[] {
  if (ofName.length === 0) return ofComment;
  const freeText = ofName.find(({ entry }) => entry.label === 'pii.free_text');
  return ofComment.flatMap((reading) => {
    if (ofName.some(({ entry }) => entry.label === reading.entry.label)) return [reading];
    // What may stand in a text that may hold anything.
    return freeText === undefined ? [] : [{ ...reading, entry: freeText.entry }];
  });
}

/** Of several that say the same, the surest; none that its type can't hold. */
function onceEach(readings: readonly NameReading[], type: TypeClass): readonly NameReading[] {
  const best = new Map<string, NameReading>();
  for (const reading of readings) {
    const { label, types } = reading.entry;
    if (!types.includes(type)) continue;
    if ((best.get(label)?.confidence ?? 0) < reading.confidence) best.set(label, reading);
  }
  return [...best.values()];
}

/** Two that agree leave half of the doubt that the surer one left. */
const together = (one: number, other: number): number =>
  Math.max(one, other) + (1 - Math.max(one, other)) * Math.min(one, other) * 0.5;

function contradict(evidence: ColumnEvidence, sampled: SampledColumn | undefined): ColumnEvidence {
  if (sampled === undefined || sampled.values < fewestToContradict || !sampled.against.has(evidence.label))
    return evidence;
  const because = [...evidence.because, `none of ${sampled.values} sampled values looks so`];
  return { ...evidence, confidence: evidence.confidence * contradicted, because };
}
