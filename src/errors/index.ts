// Entry point `esekit/errors`: the engine's exception and the Error Converter.
export { JetError, isJetError, jetError } from './jet-error.ts';
export type { ErrorPlace } from './jet-error.ts';
export { JET_ERRORS } from './jet-errors.data.ts';
export type { JetErrorSymbol } from './jet-errors.data.ts';
export { explainCode } from './explain-code.ts';
export type { CodeExplanation, CodeMatch, Confidence } from './explain-code.ts';
export { findCodes } from './find-codes.ts';
export type { FoundCode, Spelling } from './find-codes.ts';
export { NUMBER_FAMILIES, codeTable, countCodes, symbolsOf } from './families.ts';
export type { CodeTable, Family, NumberFamily, SymbolEntry } from './families.ts';
