// Entry point `esekit/diagnose`: evidence read together, cause named.
export { diagnose } from './diagnose.ts';
export type { Diagnosis, DiagnosisFinding, ShownEvidence, ShownStep, Unexplained } from './diagnosis.ts';
export type {
  BounceEvidence,
  CodeEvidence,
  DatabaseEvidence,
  EventEvidence,
  Evidence,
  EvidenceKeys,
  HostEvidence,
  LogEvidence,
  NamedCode,
  Place,
  TextEvidence,
} from './evidence.ts';
export { EvidenceSet } from './evidence-set.ts';
export { gatherEvidence } from './gather/gather.ts';
export type { Gathered } from './gather/gather.ts';
export type { GatherOptions, ReadFile } from './gather/read-file-evidence.ts';
export { THIS_HOST } from './host/host-view.ts';
export type { HostView } from './host/host-view.ts';
export { readNdr } from './ndr/index.ts';
export { diagnosisHtml } from './report-html.ts';
export { diagnosisText } from './report-text.ts';
export type { Clue, Confidence, FixStep, Level, Rule } from './rule.ts';
export { ALL_RULES } from './rules/all-rules.ts';
