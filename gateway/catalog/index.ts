// What the server knows: what a statement's names mean, and what its functions do.
export { type FunctionEntry, parseClassList } from './functions/class-list.ts';
export {
  type FunctionClass,
  functionClassMeanings,
  isFunctionClass,
  stricterClass,
} from './functions/function-class.ts';
export {
  type FunctionClasses,
  type FunctionIdentity,
  loadFunctionClasses,
} from './functions/function-classes.ts';
export { printSignature, readSignature } from './functions/function-signature.ts';
export {
  type CastMethod,
  classOfCast,
  classOfFunction,
  classOfOperator,
  type FunctionsByOid,
} from './functions/operators-and-casts.ts';
