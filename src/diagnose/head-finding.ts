// Which finding the first line names.
import type { DiagnosisFinding } from './diagnosis.ts';

const isTrouble = ({ byCatch, severity }: DiagnosisFinding): boolean => byCatch !== true && severity !== 'info';

/** The first finding that is trouble: no by-catch, no note, and nothing that a note explains. Undefined when all is well. */
export function headFinding(findings: readonly DiagnosisFinding[]): DiagnosisFinding | undefined {
  const notes = new Set(findings.filter((one) => !isTrouble(one)).map(({ id }) => id));
  return findings.find((one) => isTrouble(one) && !(one.consequenceOf !== undefined && notes.has(one.consequenceOf)));
}
