// Bounces: reading them, and the types of what is found.
export { MOST_MAIL, readNdr } from './read-ndr.ts';
export { isCompoundFile, mailOfOutlookMessage, MOST_MSG } from './outlook-message.ts';
export { isMbox, splitMbox } from './mail/mbox.ts';
export { NDR_REASONS } from './reason/reason-names.ts';
export type { NdrReason } from './reason/reason-names.ts';
export { findReason } from './reason/find-reason.ts';
export type { FoundReason, ReasonEvidence } from './reason/find-reason.ts';
export type {
  DispositionDetails,
  ExchangeDetails,
  FeedbackDetails,
  NdrForm,
  NdrKind,
  NdrRecipient,
  NdrReport,
  OriginalMessage,
} from './ndr-report.ts';
