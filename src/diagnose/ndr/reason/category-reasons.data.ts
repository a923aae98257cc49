// PowerMTA tells in X-PowerMTA-BounceCategory what it takes a failure for; its names and ours.
import type { NdrReason } from './reason-names.ts';

const CATEGORIES: Readonly<Record<string, NdrReason>> = {
  'bad-domain': 'hostunknown',
  'bad-mailbox': 'userunknown',
  'inactive-mailbox': 'suspend',
  'message-expired': 'expired',
  'no-answer-from-host': 'networkerror',
  'policy-related': 'policyviolation',
  'quota-issues': 'mailboxfull',
  'routing-errors': 'systemerror',
  'spam-related': 'spamdetected',
  'virus-related': 'virusdetected',
  'content-related': 'contenterror',
  'protocol-errors': 'syntaxerror',
  'relaying-issues': 'norelaying',
};

/** The reason of a category; undefined for `other` and unknown ones. */
export function categoryReason(category: string | undefined): NdrReason | undefined {
  return category === undefined ? undefined : CATEGORIES[category];
}
