// Which columns look sensitive: from names, types and comments, and from values where somebody asks for that.
export { type ClassifyOptions, classify } from './classify.ts';
export { type LabelMeaning, labelScheme } from './label-scheme.ts';
export type { Classification, LabelledColumn, Proposal } from './proposal.ts';
export {
  defaultSampleOptions,
  type Sampled,
  type SampleOptions,
  sampleColumns,
} from './values/sample-columns.ts';
