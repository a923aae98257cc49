// What servers say, and what they mean by it. Each rule is one reason with patterns for the phrases of that kind that
// servers are publicly known to answer. The text they are tried on is in lower case, in one line, with addresses
// replaced by `@` and web addresses without their fragment.
import type { NdrReason } from './reason-names.ts';

/** One rule: its id, the reason, when it holds. */
export interface TextRule {
  readonly id: string;
  readonly reason: NdrReason;
  readonly when: RegExp;
}

const rule = (reason: NdrReason, ...phrases: readonly string[]): TextRule => ({
  id: `text.${reason}`,
  reason,
  when: new RegExp(phrases.join('|')),
});

export const MAILBOX_FULL: TextRule = rule(
  'mailboxfull',
  String.raw`(?:mail ?box|mail ?folder|inbox|maildir|bo[iî]te)\S{0,2} (?:\S+ ){0,5}?(?:full|pleine)\b|full mailbox|mailbox for @? ?is full`,
  String.raw`(?:over|exceed\w*|out of|reached|beyond|above|up) (?:\S+ ){0,4}?(?:quota|storage|mailbox size|space limit|local limit|mailbox limit)`,
  String.raw`(?:quota|storage|mailbox size|mailbox|disk ?space limit|space limit|userdisk quota|domaindisk quota) (?:\S+ ){0,3}?(?:exceed|full|violation|reached|exhausted)`,
  String.raw`overquota|over ?quota|quota ?exceeded|disk ?space quota`,
  String.raw`(?:no space left on|insufficient disk|not (?:enough|sufficient) (?:disk |storage |mail )?(?:space|storage)|does not have enough (?:free )?(?:space|room)|out of (?:disk|storage) space|space has been used up)`,
  String.raw`exceeding receiving limits|too many messages on the server|mail file size exceeds|too much mail data|mailbox would exceed|space (?:is )?not enough|cuota (?:excedida|superada)|quota d[ée]pass[ée]|bo[iî]te pleine|[üu]berschritten|caixa (?:postal )?cheia|casella (?:piena|satura)|buz[oó]n (?:lleno|est[aá] lleno)|postfach (?:ist )?voll`,
  String.raw`mailbox has exceeded|mapiexceptionshutoffquotaexceeded|mailbox full`,
);

export const MESSAGE_TOO_BIG: TextRule = rule(
  'mesgtoobig',
  String.raw`(?:message|mail|e-?mail|file|body|attachment)(?: header)? (?:\S+ ){0,2}?(?:is )?too (?:big|large|long)\b(?! for this recipient)`,
  String.raw`(?:message|mail) (?:size|length|file) (?:\S+ ){0,2}?(?:exceed|is larger|too)`,
  String.raw`exceed\w* (?:\S+ ){0,4}?(?:message|mail|inbound|fixed maximum) (?:message )?size|(?:max|maximum) (?:message )?size|size limit|line limit exceeded|taille (?:limite )?du message`,
);

export const EXCEED_LIMIT: TextRule = rule(
  'exceedlimit',
  String.raw`recipsizelimit|message too large for this recipient|exceeds? (?:the )?(?:recipient|size limit for this recipient)|message header size exceeds limit|length exceeds administrative limit`,
);

export const SUSPEND: TextRule = rule(
  'suspend',
  String.raw`(?:account|mail ?box|user|recipient|address|domain|e-?mail)(?:\(s\))?(?: address)?(?: (?:account|@|<@>|\S+:))?(?: that you tried to reach)? (?:is |are |has been |have been |was |currently |temporar\w+ |permanently |been ){0,4}(?:disabled|suspended|locked|deactivated|inactive|frozen|blocked by admin|terminated|archived|expired|closed|discontinued)\b`,
  String.raw`(?:disabled|suspended|locked|deactivated|inactive|frozen|archived|dormant|expired) (?:recipient|account|mail ?box|user|address)`,
  String.raw`(?:currently|has been) suspended|suspend the service|temporar\w+ (?:locked|inactive)|mailbox (?:is )?(?:currently )?(?:unavailable or access denied|not (?:currently )?available due to)|no longer accepts mail|destinataire archiv|invalid/inactive user|user is terminated|account that you tried to reach is (?:disabled|inactive|over)|account status of the recipient|is a deactivated`,
);

export const HAS_MOVED: TextRule = rule(
  'hasmoved',
  String.raw`has (?:been replaced by|moved|changed (?:his|her|their|its)? ?e?-?mail)|(?:user|recipient|mailbox|address) (?:has )?moved|please try (?:the )?(?:new|forward-?path)|new (?:e-?mail )?address (?:is|:)|user not local; please try|recipient no longer on server`,
);

export const NO_RELAYING: TextRule = rule(
  'norelaying',
  String.raw`relay(?:ing)? (?:\S+ ){0,4}?(?:access )?(?:denied|not permitted|not allowed|prohibited|disabled|forbidden|through this)|(?:un|not |isn't )able to relay|e-?mail address is not verified|relay (?:access )?(?:denied|prohibited)`,
  String.raw`(?:no|not a|not an open|as a|insecure mail|attempt to) relay(?:ing)?\b|not (?:permitted|allowed|authori[sz]ed|configured) to relay|(?:we don't|do not) (?:handle mail|relay)|domain isn't in my list of allowed rcpthost|that domain isn't (?:in my|allowed)|not a gateway|not local host|relaying mail to|specified domain is not allowed|is not an allowed rcpt|non-local e-?mail address|credentials for relay|tenantattribution|smtp relay (?:access )?denied`,
);

export const AUTH_FAILURE: TextRule = rule(
  'authfailure',
  String.raw`\bspf (?:\S+ ){0,4}?(?:fail|violation|invalid|hard ?fail|reject|not pass|validation|record)|bad spf|per it'?s spf|spf settings|spf\.pobox\.com|openspf|sender policy framework|(?:fail\w*|pass|violat\w+) (?:\S+ ){0,3}?(?:spf|dkim|dmarc)\b|(?:either|both) spf (?:or|and) dkim`,
  String.raw`dmarc (?:\S+ ){0,3}?(?:fail|policy|reject|verification|check|unauth)|dkim (?:\S+ ){0,3}?(?:fail|invalid|signature|not)|unauthenticated (?:e-?mail|mail|message) from|not accepted due to domain's|fails to pass authentication|authentication checks failed|(?:dane|dnssec|tlsa|certificate)-(?:\w+-?)*(?:invalid|mismatch|expired)`,
  String.raw`is not allowed to send mail\. .{0,40}_401|does not have authentication information`,
);

/** The words for an unknown user; whether it is that or a filter depends on when the server said so. */
export const UNKNOWN_USER: RegExp = new RegExp(
  [
    String.raw`(?:user|recipient|mail ?box|account|address|addressee|alias|person|destinatario|rcpt|name)(?:\(s\)|s)?(?: account| name| address| id)?:?(?: (?:@|<@>|\(@\)|'@'|"@"|\S{1,40}))? ?,? ?(?:is |was |are |does |do |has |\(?either )?(?:unknown|not (?:found|known|exist|ok|local|valid|present|listed|active|recogni[sz]ed|available|accepted|here|at this)|unknow|no existe|inconnu|invalid|non-?existent|no longer (?:valid|exists|available|here)|undeliverable|unavail?able|rejected$)`,
    String.raw`(?:unknown|invalid|bad|no such|no valid|illegal|non-?existent|unrecogni[sz]ed|incorrect|undefined|nonexistant|wrong)[ _](?:or (?:unknown|invalid|illegal) )?(?:e-?mail |mail |local |virtual |destination |final delivery |recipient )?(?:user|recipient|mail ?box|account|address|alias|addressee|person|login|name|id\b|part|userid|destination mailbox)`,
    String.raw`(?:do(?:es)?|did)(?: not|n't) (?:currently )?(?:exist|have an? \S{1,80} account)|doesn't have an? \S{0,80} ?account|no (?:mail ?box|account|user|one|person) (?:by|at|with|here|found|exists)|not a (?:known|valid|local|registered) (?:user|recipient|mail ?box|account|address|e-?mail)`,
    String.raw`not (?:listed |present )?in (?:\S+ ){0,3}?(?:directory|address book|table|database|list of)|in name directory|not our customer|there is no (?:one|such)|name is not (?:found|recognized)|badrcptto|badrecipientto|validrcptto|user missing|addresses were unknown|server rejected recipients|not an active (?:user|address|mailbox)|address is wrong or|allowed rcpthosts|unknown e?-?mail|\(@\) unknown|refuses to accept your mail|no mail ?box|can't accept user|recipients? (?:was |were )?(?:undeliverable|rejected\b)`,
    String.raw`recipient address rejected(?:: (?:access denied|invalid|unknown|user|undeliverable|@?$|not)|\.? ?\(in reply to rcpt|: ?$)|mailbox (?:is )?unavail?able|requested action not taken|email address could not be found|couldn't be found|wasn.?t found|(?<!computer )could not be found|has restricted|account unavailable|address(?:es)? rejected\.? ?$|recip(?:ient)?notfound|nessun utente|no existe (?:dicha|ese|el)|utilisateur inconnu|n'existe pas|non esiste|existiert nicht|nicht (?:vorhanden|gefunden)|empf[aä]nger unbekannt|destinatario (?:desconocido|inesistente|sconosciuto)|não existe|nie istnieje|does not have a final email delivery point|adresse d ?au moins un destinataire invalide|user doesn't have|this spectator does not|vdeliver: invalid|unrouteable address|envelope recipient (?:has been denied|is in my)|not accepting mail for this recipient|possibly incorrect|recipient is not accepted|does not like recipient|no valid recipients for this`,
    String.raw`@>? not found|^(?:5\d\d )?(?:5\.1\.1 )?@ (?:unknown|invalid)`,
  ].join('|'),
);

/** A report of the server's own directory: no question of when it was said. */
export const LOCAL_DIRECTORY: TextRule = rule(
  'userunknown',
  String.raw`not listed in (?:public|domino|the|name)|invalid final delivery userid|^unknown user: ?@|no valid recipients for this mm|name & address book`,
);

/** The recipient himself does not want the message, whatever the status code says. */
export const RECIPIENT_PREFERENCE: TextRule = rule('filtered', String.raw`due to recipient preferences|blocked by the recipient|rejected due to user rules`);

export const FILTERED: TextRule = rule(
  'filtered',
  String.raw`(?:recipient|user|customer|owner) (?:\S+ ){0,3}?(?:refuses|rejects?\b|does not (?:want|wish)|only accept|is only accepting|not accepting(?! mail with))`,
  String.raw`recipient preferences|user (?:rules|filter|reject)|resolver\.rst\.notauthorized|has restricted sms|is not accepting any mail|recipients? was rejected by a remote mail server|extended inactivity|this account is protected by|blocked by the recipient|bounced address|rejected by (?:the )?recipient(?:'s)? (?:filter|settings|rules|preferences)|not found recipient account|message refused by recipient|is not in (?:the )?recipient's (?:safe|white|allow)|user not found`,
);

export const REQUIRE_PTR: TextRule = rule(
  'requireptr',
  String.raw`\bptr\b|reverse[- ](?:dns|lookup|resolution)|\brdns\b|cannot find your (?:hostname|reverse)|(?:no|missing|invalid|bad|fix) (?:reverse|rdns)|forward dns entry|forward-confirmed|unresolvable relay host|ip name lookup failed|unverifyable sending ip|mismatches client ip|dns lookup failure: .{0,40}try again later|hostname (?:does not|doesn't) (?:resolve|match)`,
);

export const NOT_COMPLIANT: TextRule = rule(
  'notcompliantrfc',
  String.raw`rfc ?-?\d{0,4} ?(?:non-?)?complian|not (?:\S+ ){0,2}?rfc ?\d{0,4} ?(?:\S+ ){0,2}?compliant|non-?rfc-?compliant|rfcmessagenoncompliant|missing a valid (?:message-id|address in the from)|multiple (?:addresses|from) (?:in|headers?)|not (?:a )?valid rfc ?-?\d+|disallowed header|encoded-word syntax|bare (?:lf|newline|line feed)|violates? rfc|must be rfc ?\d+`,
);

export const BAD_REPUTATION: TextRule = rule(
  'badreputation',
  String.raw`(?:poor|bad|low|very low|negative|no) (?:\S+ ){0,2}?reputation|reputation (?:\S+ ){0,3}?(?:problem|score|too low|poor|bad|is low)|due to (?:\S+ ){0,3}?reputation|unexpected volume or user complaints`,
);

export const REJECTED: TextRule = rule(
  'rejected',
  String.raw`(?:sender|from|return[- ]?path|originator|[ée]metteur)(?: (?:e-?mail|domain|address|user|name|@|<@>))*:? (?:address )?(?:is |was |has been |were |not )?(?:rejected|denied|refused|blacklisted|invalid|not (?:accepted|allowed|pre-?approved|authori[sz]ed|verified|valid|permitted)|in my black|verify failed|empty|spammer|accepted|unknown|blocked|does not exist|not exist)`,
  String.raw`(?:invalid|unknown|bad|bogus|unroutable|unresolvable|illegal|denied|banned|empty|null|unverified|forged|rejecting) (?:envelope |mail |bad )*(?:sender|from\b|return path|mail from|outbound sender|rfc\.?5321 domain)`,
  String.raw`access denied,? \(?(?:sender|banned sender|bad outbound)|purported responsible|batv|backscatter|no third-party dsn|unsigned dsn|mail from not owned|administrative prohibition|registered gateway user|senderfilter|not (?:on|in) the (?:recipient's )?list of (?:allowed )?senders|valid sender domain|does not exist e\d{3,4}\b|from: domain is invalid|domain of sender|returned mail not accepted|(?:does|do) not accept (?:mail|bounces|messages) from|not allowed to post|sending to/from an address|your e-?mail address has been (?:blacklisted|blocked)|sender isn't on the recipient's|secumail|empty email address|spam reporting address|different address or alias|envelope blocked|recursive cname|mx records? for|your access to submit|sender was rejected|allowed-senders|sender not authenticated|not permitted to send|unregistered domain|recipient's per|delivery not authorized, message refused|bouncedeny|null sender|rule imposed mailbox access`,
  String.raw`(?:550 5\.7\.1 |5\.1\.8 )?(?:@>?\.{3} )?access denied \(in reply to mail`,
);

/** Phrases that look like a refused sender and are something else. */
export const NOT_REJECTED: RegExp = /5\.1\.0 address rejected|recipient address rejected|sender ip address|dynamic ip|based on (?:a )?black|bad sender ip|mail from \S* ?refused:/;

export const HOST_UNKNOWN: TextRule = rule(
  'hostunknown',
  String.raw`(?:host|domain|domain name|system)(?: (?:\S+ ){0,2}?)?(?: name)? ?(?:is |was )?(?:unknown|not found(?!, try)|does not exist|doesn't exist|must exist|non-?existent|nonexistent)`,
  String.raw`(?:unknown|no such|non-?existent|nonexistent|bad destination|illegal|invalid) (?:host|domain|system|destination domain|mail domain)|domain is not reachable|name or service not known|(?:^|[ (])[a-z0-9_-]+(?:\.[a-z0-9_-]+){1,8} does not exist|host or domain name not found|domain name not found|unrout(?:e)?able (?:mail )?address|couldn't find any host|mail domain mentioned|recipient domain must exist|account or domain may not exist|bad destination (?:host|system)|illegal host|domain (?:name )?(?:could not be|not) (?:found|resolved)|nxdomain|does not exist\. ?\(mx|no dns (?:a|mx)`,
);

export const SPAM: TextRule = rule(
  'spamdetected',
  String.raw`(?:detected|considered|identified|classified|scored|rejected|regarded|recogni[sz]ed|flagged|marked|blocked|looks?|seems? to be|appears? to be|believed|suspected|tagged|treated|determined|denied|stopped|filtered)(?: (?:your message |it |to be |as |like |for |due to |possible |being |a |an? |of |likely |probable |suspected |by |because of ){0,4})(?:spam|junk|unsolicited|ube\b|bulk)`,
  String.raw`spam (?:detected|blocked|check|content|message|mail|e-?mail|not accepted|refused|rejection|score|filter|points|probability|block|classification|suspected|found|abuse detected|rule|quarantine|limit|\S+ exceeded)|(?:anti-?spam|spam-?assassin|spamprofiler|spambouncer|uribl|surbl)|(?:probable|probably|being|suspected|possible|for|high probability of|too much|no) spam|- spam\b|\(spam\)|is spam|as spam|spam or virus|spam/virus|spam-like|like spam|accept spam|consider spam|spamming|contain\w* spam|to spam\b|spam complaints`,
  String.raw`unsolicited (?:bulk|mail|e-?mail|commercial|message)|appears to be unsolicited|\bube\b|bulk (?:e-?mail|mail|advertis)|content (?:\S+ ){0,3}?(?:reject|denied|filter|refused|unacceptable|blocked|not accepted)|unacceptable content|(?:reject\w*|banned|prohibited) (?:\S+ ){0,2}?content|message filtered|554 5\.7\.0 reject, id=|recurrent pattern|mail content denied|blacklisted (?:url|uri)|blocked by our filter|content filter agent quarantined|mail rejete\. mail rejected\. .{0,20}506|classification as|domain listed at|greylisted|our system has detected that this message|reject bulk`,
);

export const SPEEDING: TextRule = rule(
  'speeding',
  String.raw`(?:too (?:quickly|fast|many (?:messages|mails|e-?mails)|much mail)|at a rate that|slow(?:er)? down|try again slower|rate limit(?:ed|ing)?|sending rate|receiv\w* (?:mail )?(?:too|at a rate)|excessive (?:volume|rate)|throttl\w+|frequency limited|exceeded permitted limits|thread limit exceeded|daily limit|hourly limit|message limit|per hour message|too often|sending limit|exceeded threshold|traffic not accepted|mailbox unavailable or access denined)`,
);

export const TOO_MANY_CONNECTIONS: TextRule = rule(
  'toomanyconn',
  String.raw`too many (?:\S+ ){0,3}?(?:connections?|sessions|recipients|errors from|smtp|hosts|invalid recipients)|(?:max|maximum) (?:\S+ ){0,2}?(?:connection|message per connection|number of connections|recipients)|connection (?:rate |frequency )?limit|concurrent (?:smtp )?connections|trop de connexions|max(?:imum)? e-?mails per hour|daily message quota exceeded|maximum sending rate exceeded|exceeds per-domain connection|(?:ip|domain|sender|connection) frequency limited|numerous attempts to deliver|message threshold exceeded|recipient limit exceeded|recipients? limit`,
);

export const BLOCKED: TextRule = rule(
  'blocked',
  String.raw`(?:black|block|deny)[- ]?list|\b(?:rbl|dnsbl|sbl|xbl|pbl|cbl)\b|spamhaus|spamcop|barracudacentral|sorbs|abuseat|dnswl|uceprotect|invaluement`,
  String.raw`(?:client )?host (?:rejected|network not allowed|.{0,60}refused to talk to me)|\b(?:ip|ips|ip address|host|server|network|mta|system|site)(?: (?:address|at|\[?[\d.:a-f]{7,45}\]?)){0,3} (?:is |was |has been |are )?(?:temporar\w+ )?(?:blocked|banned|not allowed|denied|listed|barred|abusive)|(?:^|[\s[(])[\d.]{7,15}\S? (?:is |was |has been )?(?:blocked|banned|listed)`,
  String.raw`blocked (?:using|by|for abuse|- see|at|from)|banned sending ip|(?:bad|sender|dynamic|zombied|spam|from your|sending) ip\b|your ip|access from ip|ip ?addresses? (?:\S+ ){0,4}?(?:on|in|block)|not (?:currently )?accept\w* (?:mail|connections|messages) from|from (?:your )?ip address|you are (?:not allowed to connect|sending spam)|no access from mail server|open proxy|helo command rejected|(?:helo|ehlo)(?:/ehlo)? (?:argument|name|\S+ )?(?:is )?(?:invalid|rejected|denied)|invalid (?:helo|ehlo|domain name)|bad helo|empty helo|connection (?:refused by|dropped|reset by peer|was dropped|denied)|dynamic ip|go away|esmtp not accepting|not accepting connections|server access forbidden|closing transmission channel|isp's? (?:mail|smtp)|smtp server of your isp|sender ip address|client blocked|remotehost looks|smtp error from remote mail server after initial|rejected based on|has not passed validation|hosts? with dynamic|server requires confirmation|confirm this mail server|redundant\. {1,2}you cannot send|(?:said: |^)5\d\d blocked|unusual rate of|not in whitelist|over ipv6|invalid ip for|may not be mail exchanger|is not allowed to send mail from|refused - see|sending spam see|unwanted messages have been sent|to submit messages to this e-mail system has|is blocked$|email blocked by|abus d[ée]tect|user complaints|on our block|multi-blacklist`,
);

export const STARTTLS_FAILED: TextRule = rule(
  'failedstarttls',
  String.raw`(?:does not|doesn't|not) support (?:start)?tls|(?:start)?tls (?:is )?(?:required|not supported|not available|handshake|negotiation|connect)\S* ?(?:fail|but|error|was)|cannot start tls|tls (?:session|negotiation|connection) (?:\S+ ){0,2}?fail|starttls-not-supported|starttls is required|unable to (?:start|negotiate) (?:a )?tls|must issue a? ?starttls`,
);

/** Tried in this order when neither the rules above nor the status code were conclusive. */
export const GENERAL_RULES: readonly TextRule[] = [
  rule(
    'virusdetected',
    String.raw`virus (?:\S+ ){0,2}?(?:detected|found|infect|phishing|alert)|(?:infected|contains?|carries|has) (?:\S+ ){0,3}?(?:a )?(?:virus|malware|trojan|worm)|malware|potentially executable attachment|recent viruses|prohibited virus`,
  ),
  rule(
    'contenterror',
    String.raw`duplicate header|header size|mime (?:\S+ ){0,2}?(?:error|headers?|complexity|invalid)|(?:8-bit|non-ascii|unicode|utf-?8|improperly[- ]formatted|invalid characters?|binary)(?: \S+){0,4}? (?:header|content|data|not)|base64 encoding|conversion (?:required|failed|prohibited|not)|media (?:error|not supported|type)|too many (?:received|related errors)|improper use|agent generated message depth|invalid message content`,
  ),
  rule(
    'policyviolation',
    String.raw`polic(?:y|ies)\b|illegal attachment|attachments? (?:\S+ ){0,3}?(?:not (?:allowed|permitted|accepted)|forbidden|prohibited|blocked)|by non-member|closed mailing list|members-only|organi[sz]ational? settings|low priority|header (?:error|are not accepted)|headers? (?:not accepted|rejected)|multiple addresses|protocol violation|not subscribed to this group|potential (?:security|threat)|mass mailer|images or other attachments|without solving a captcha|not (?:allowed|permitted) by (?:the )?administrator|x-dg-ref|data before greeting`,
  ),
  rule(
    'systemerror',
    String.raw`(?:server|system|local|mail system|internal|configuration|config|temporary local|temporary server|internal server|internal system|remote server is)[ -](?:configuration |config |system |server )?(?:error|problem|misconfigured|failure|incorrectly configured)|misconfigur\w+|loops? back to (?:my|it)self|create a mail loop|loop broken|loop was found|is looping|interrupted system call|can't create (?:user )?output|could not load|error (?:while|in|being) process|encountered an error|there is no mdb|queue file write|service (?:currently )?(?:un|not )available|service not active|timeout waiting for input|transaction failed|ldap|unable to contact|agent busy|server busy|out of memory|duplicated message-id|cannot allocate|failed to be replicated|temporarily not available|temporary (?:local )?(?:error|failure|problem) (?:in|on)? ?(?:server|system)?|bad destination mailbox address \(#|database error|internal error|mapiexception|storedrv\.deliver`,
  ),
  rule(
    'networkerror',
    String.raw`(?:hop|hops) (?:count )?exceeded|too many hops|exceeded \d+ hops|routing loop|forwarding (?:loop|count)|mail loop|looping|no route to host|host (?:is |name )?(?:unreachable|lookup fail|not found, try)|name ?server (?:\S+ ){0,2}?(?:reply|fail|error|timeout|: )|name service error|dns (?:records?|query|lookup|error|fail\w*)|could not connect and send|unable to (?:resolve|establish)|wasn't able to establish|unrouteable mail domain|network (?:is )?(?:error|unreachable|problem)|(?:smtpsend\.)?dns\.|lost connection|bad connection|unable to route|no route`,
  ),
  rule('systemfull', String.raw`(?:mail )?system (?:is )?full|insufficient system (?:storage|resource)|exceeded storage allocation|not enough (?:space|room) on|out of resources|disk full`),
  rule(
    'notaccept',
    String.raw`null ?mx|(?:does|do)(?: not|n't) accept (?:any )?(?:mail|e-?mail|messages)(?! from)|mail receiving disabled|no mx record found|smtp protocol returned a permanent error|no smtp service|no mail (?:server|service) (?:here|at)|couldn't find a mail exchanger|name server: \.: host not found|not accepting (?:network )?messages|no route for current request|permanent error \(mx\)|no mail-enabled subscriptions`,
  ),
  rule(
    'expired',
    String.raw`(?:time|timed?)[- ]?out|timed out|expired|queue too long|too long in (?:the )?queue|delivery time|not (?:be )?delivered (?:within|for)|could not be delivered for|in the queue|retry time(?:out)? (?:not reached|exceeded)|failing for a long time|has been delayed|after multiple retries|failed \d{1,3} attempts|will (?:continue|be retried)|attempts will continue|giving up|not respond|did not respond|no answer|not reachable within|did not accept our requests to connect|host not reachable|cannot send message for|unable to deliver (?:in|within|message after)|collected after|socket error|gateway for|still trying|not responding|delayed|connection refused|unable to connect|could not connect|connect(?:ion)? (?:\S+ ){0,2}?failed`,
  ),
  rule(
    'securityerror',
    String.raw`authenticat|authentificat|not authori[sz]ed|unauthori[sz]ed|(?:start)?tls (?:is )?(?:required|needed)|credentials|encryption (?:needed|required)|verification failure|access denied|permission denied|executable files|dead domain|not subscribed to ses|delivery not authori[sz]ed|smtp auth|don't authenticate|security (?:policy|violation)|not verified|suspicious account`,
  ),
  rule(
    'mailererror',
    String.raw`\|\| ?exit|procmail|maildrop|bin/\w+|command (?:failed|died|output|line)|mailer error|pipe to \|?/|x-unix|exit (?:status|code) \d|program (?:failed|exited)|child (?:status|process)|lmtp (?:error|fail)|local delivery fail|failed to read response|local mailer|deliver(?:y)? agent|can't (?:open|write|create|lock)|cannot (?:open|write|create|lock)|mail for @? ?cannot`,
  ),
];
