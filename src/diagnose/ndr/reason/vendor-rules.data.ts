// Codes of one vendor's own: Exchange's tokens and its enhanced codes outside the registry, and the short codes that
// large providers put into their replies. Tried before the general phrases, because they are exact.
import type { TextRule } from './text-rules.data.ts';
import type { NdrReason } from './reason-names.ts';

const token = (id: string, reason: NdrReason, when: RegExp): TextRule => ({ id: `vendor.${id}`, reason, when });

/** Rules of one vendor, tried only on texts that hold one of the marks. */
export interface VendorRules {
  readonly marks: readonly string[];
  readonly rules: readonly TextRule[];
}

/** Tried in order on the lower-case text. */
export const VENDORS: readonly VendorRules[] = [
  {
    // Exchange 2007 and later: the dotted token names the component and the cause.
    marks: ['resolver.', 'smtpsend.', 'queue', 'storedrv', 'mapiexception', 'quotaexceeded', 'mdb', 'submission quota', 'per hour'],
    rules: [
      token('exchange.recipient-not-found', 'userunknown', /resolver\.adr\.(?:ex)?recip(?:ient)?notfound|resolver\.adr\.(?:badprimary|invalidinsmtp)|storedrv\.submit; invalid recipient/),
      token('exchange.ambiguous', 'systemerror', /resolver\.adr\.ambiguous/),
      token('exchange.recipient-size', 'exceedlimit', /resolver\.rst\.recipsizelimit/),
      token('exchange.sender-size', 'mesgtoobig', /resolver\.rst\.sendsizelimit/),
      token('exchange.not-authorized', 'filtered', /resolver\.rst\.notauthorized/),
      token('exchange.authentication-required', 'securityerror', /resolver\.rst\.auth(?:entication)?required/),
      token('exchange.recipient-limit', 'toomanyconn', /resolver\.adr\.reciplimit|resolver\.rst\.reciplimit/),
      token('exchange.forward-loop', 'networkerror', /resolver\.fwd\.loop|smtpsend\.dns\.mxloopback/),
      token('exchange.no-such-domain', 'networkerror', /smtpsend\.dns\.nonexistentdomain/),
      token('exchange.queue-expired', 'expired', /queue\.(?:expired|timeout)|queue expired; message expired/),
      token('exchange.quota', 'mailboxfull', /mapiexceptionshutoffquotaexceeded|storedrv\.deliver; mailbox full|quotaexceededexception/),
      token('exchange.no-mdb', 'notaccept', /missing or bad storedriver mdb/),
      token('exchange.thread-limit', 'speeding', /storedrv\.deliver; recipient thread limit|submission quota exceeded|per hour message receive limit/),
    ],
  },
  {
    // GoDaddy (secureserver.net): IBnnn.
    marks: [' ib'],
    rules: [
      token('godaddy.blocked', 'blocked', /\bib(?:104|105|106|110|111|112|113)\b/),
      token('godaddy.speeding', 'speeding', /\bib(?:101|504|510|607)\b/),
      token('godaddy.connections', 'toomanyconn', /\bib(?:007|605)\b/),
      token('godaddy.sender', 'rejected', /\bib506\b/),
      token('godaddy.spf', 'authfailure', /\bib508\b/),
      token('godaddy.ptr', 'requireptr', /\bib108\b/),
      token('godaddy.reputation', 'badreputation', /\bib103\b/),
      token('godaddy.spam', 'spamdetected', /\bib212\b/),
      token('godaddy.virus', 'virusdetected', /\bib705\b/),
      token('godaddy.rfc', 'notcompliantrfc', /\bib50[12]\b/),
      token('godaddy.authentication', 'securityerror', /\bib401\b/),
    ],
  },
  {
    // Orange, Wanadoo, La Poste, SFR: OFR_nnn, LPNnnn_nnn, OUK_nnn.
    marks: ['ofr', 'lpn', 'ouk', 'lp'],
    rules: [
      token('orange.blocked', 'blocked', /\b(?:ofr|lpn|ouk|lp)\w{0,4}_(?:101|102|103|510|999)\b/),
      token('orange.refused', 'blocked', /service refused, please try later\. .{0,20}_10\d/),
      token('orange.connections', 'toomanyconn', /\b(?:ofr|lpn|ouk|lp)\w{0,4}_104\b/),
      token('orange.recipient', 'userunknown', /\b(?:ofr|lpn|ouk|lp)\w{0,4}_41[68]\b/),
      token('orange.full', 'mailboxfull', /\b(?:ofr|lpn|ouk|lp)\w{0,4}_417\b/),
      token('orange.suspended', 'suspend', /\b(?:ofr|lpn|ouk|lp)\w{0,4}_42[06]\b/),
      token('orange.sender', 'rejected', /\b(?:ofr|lpn|ouk|lp)\w{0,4}_(?:403|405|415|421)\b/),
      token('orange.spf', 'authfailure', /\b(?:ofr|lpn|ouk|lp)\w{0,4}_(?:401|517)\b/),
      token('orange.authentication', 'securityerror', /\b(?:ofr|lpn|ouk|lp)\w{0,4}_(?:305|402)\b/),
      token('orange.spam', 'spamdetected', /\b(?:ofr|lpn|ouk|lp)\w{0,4}_506\b/),
      token('orange.size', 'mesgtoobig', /\b(?:ofr|lpn|ouk|lp)\w{0,4}_514\b/),
      token('orange.policy', 'policyviolation', /\b(?:ofr|lpn|ouk|lp)\w{0,4}_630\b/),
    ],
  },
  {
    // Cox and Spectrum: words behind AUP#.
    marks: ['aup#', 'cx', 'rbl', 'ipbl', 'urlbl', 'cox '],
    rules: [
      token('cox.blocked', 'blocked', /\b(?:cxbl|cdrbl|ipbl\d{4,5})\b|cox too many bad commands/),
      token('cox.ptr', 'requireptr', /\bcxdns\b/),
      token('cox.sender', 'authfailure', /\bcxsndr\b/),
      token('cox.connections', 'toomanyconn', /\b(?:cxcnct|cxmxrt)\b/),
      token('cox.account', 'securityerror', /\b(?:cxthrt|cxmj)\b/),
      token('cox.url', 'spamdetected', /\burlbl\d{3,4}\b/),
      token('spectrum.connections', 'toomanyconn', /aup#[a-z]{1,4}-13[0-4]\d\b/),
      token('spectrum.blocked', 'blocked', /aup#[a-z]{1,4}-1(?:000|2[0-5]\d)\b/),
      token('spectrum.ptr', 'requireptr', /aup#[a-z]{1,4}-11[0-5]\d\b/),
      token('spectrum.policy', 'policyviolation', /aup#[a-z]{1,4}-1(?:1[6-9]\d|560)\b/),
      token('spectrum.speeding', 'speeding', /aup#[a-z]{1,4}-1(?:3[5-9]\d|4\d\d|540|550|580)\b/),
      token('spectrum.sender', 'rejected', /aup#[a-z]{1,4}-1(?:0[1-8]\d|500|520)\b/),
      token('spectrum.size', 'mesgtoobig', /aup#[a-z]{1,4}-1530\b/),
      token('spectrum.system', 'systemerror', /aup#[a-z]{1,4}-1090\b/),
      token('spectrum.ipv6', 'networkerror', /aup#[a-z]{1,4}-1260\b/),
    ],
  },
  {
    // Yahoo, AOL.
    marks: ['[ts', 'user complaints', 'policy reasons', "doesn't have a", 'too quickly', 'mailbox is disabled'],
    rules: [
      token('yahoo.deferred', 'badreputation', /\[(?:tss|ts)\d{2}\]|unexpected volume or user complaints/),
      token('yahoo.policy', 'policyviolation', /(?<!message )(?:accepted|rejected) for policy reasons/),
      token('yahoo.no-account', 'userunknown', /doesn't have an? (?:yahoo|ymail|rocketmail|aol)\.[a-z.]{2,6} account/),
      token('yahoo.too-quickly', 'speeding', /user is receiving mail too quickly/),
      token('yahoo.disabled', 'suspend', /this mailbox is disabled/),
    ],
  },
  {
    // Google, and Amazon; Sendmail's words for a null MX.
    marks: ['google', 'spam classification', 'dns error', 'potential', 'at a rate that', 'rfcmessagenoncompliant', 'customfromdenied', "couldn't be found", 'throttling', 'name server: .'],
    rules: [
      token('google.potential', 'policyviolation', /blocked because its content presents a potential/),
      token('sendmail.null-mx', 'notaccept', /name server: \.: host not found/),
      token('amazon.throttling', 'toomanyconn', /throttling failure/),
      token('google.rate', 'speeding', /receiving mail at a rate that/),
      token('google.rfc', 'notcompliantrfc', /rfcmessagenoncompliant/),
      token('google.groups', 'rejected', /groups\.google\.com\/support/),
      token('google.groups-spam', 'spamdetected', /rejected due to spam classification/),
      token('google.null-mx', 'notaccept', /dns error: .{0,200}null ?mx/),
      token('google.dns', 'networkerror', /^(?:\S+ )?dns error: /),
      token('google.no-address', 'userunknown', /because the address couldn't be found/),
      token('google.alias', 'rejected', /customfromdenied/),
    ],
  },
  {
    // MessageLabs, Mimecast.
    marks: ['542 @', 'mimecast'],
    rules: [
      token('messagelabs.recipient', 'userunknown', /^542 @ rejected/),
      token('mimecast.network', 'policyviolation', /host network not allowed .{0,80}mimecast/),
    ],
  },
];

/** Exchange Online's codes outside the registry: tried on the status code, and the reply behind it. */
export const ONLINE_RULES: readonly TextRule[] = [
  token('online.unknown-recipient', 'userunknown', /\b5\.1\.351\b|\b550 5\.4\.1 .{0,10}recipient address rejected: access denied/),
  token('online.please-retry', 'blocked', /\b4\.7\.[56]\d\d\b .{0,10}access denied, please try again later/),
  token('online.sender-domain', 'rejected', /\b5\.7\.(?:124|133|134|135|136|501|502|503|512|750)\b/),
  token('online.dmarc', 'authfailure', /\b[45]\.7\.(?:23|322|323|324|325|509)\b/),
  token('online.banned-ip', 'blocked', /\b5\.7\.(?:506|507|510|511|513|51|60[6-9]|6[1-4]\d)\b|\b4\.7\.8[5-9]\d\b/),
  token('online.reputation', 'badreputation', /\b4\.7\.650\b/),
  token('online.recipient-disabled', 'suspend', /\b5\.7\.50[45]\b/),
  token('online.limits', 'speeding', /\b5\.7\.(?:508|7[0-4]\d)\b|\b5\.2\.12[12]\b|\b5\.1\.90\b/),
  token('online.policy', 'policyviolation', /\b5\.7\.9\d\d\b|\b5\.0\.350\b/),
  token('online.relay', 'norelaying', /\b5\.7\.64\b|\b5\.4\.310\b/),
  token('online.authentication', 'securityerror', /\b5\.7\.(?:57|321)\b|\b[45]\.4\.317\b|\b4\.7\.321\b/),
  token('online.remote-server', 'systemerror', /\b[45]\.4\.318\b|\b4\.4\.(?:24|25|28)\b|\b5\.3\.190\b|\b5\.2\.14\b/),
  token('online.dns', 'networkerror', /\b[45]\.4\.312\b|\b[45]\.4\.14\b/),
  token('online.expired', 'expired', /\b[45]\.4\.(?:300|316)\b/),
];

/** A rule that holds at one provider: `host` is tried on the recipient's domain and the remote server. */
export interface ProviderRule extends TextRule {
  readonly host: RegExp;
}

/** Phrases that mean something particular at one provider. Tried before all others. */
export const PROVIDER_RULES: readonly ProviderRule[] = [
  // au (KDDI) repeats the address when there is no such user, and leaves it out when a filter of the user refused.
  { ...token('kddi.user', 'userunknown', /@>: user unknown/), host: /\b(?:ezweb\.ne\.jp|au\.com)\b/i },
  // docomo: "Unknown user" in reply to the message, without 5.2.0, is a refused sender domain.
  { ...token('docomo.sender', 'rejected', /550 unknown user @ .*5\.0\.0/), host: /\bdocomo\b/i },
  { ...token('docomo.full', 'mailboxfull', /552 too much mail data/), host: /\bdocomo\b/i },
];
