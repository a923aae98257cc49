// Event sources that number their events alike. An event is known by (source, id), never by the id alone: 327 is a failed
// store call for MSExchangeTransport and a closed database for the engine.

const GROUPS: readonly (readonly [RegExp, string])[] = [
  [/^(?:ese|ese ?9[78]|edb|esent|ese backup|extensible storage engine)$/i, 'ESE'],
  [/^msexchangeis/i, 'MSExchangeIS'],
  [/^msexchange ?transport\b/i, 'MSExchangeTransport'],
  [/^msexchange(?:mta|ims?c?|sa|ds|dsaccess|al|adaccess|repl|fbpublish|mu|srs)\b/i, ''],
  [/^msexchange adaccess/i, 'MSExchangeDSAccess'],
  [/^exchange store db/i, 'ExchangeStoreDB'],
  [/^(?:smtpsvc|smtp)$/i, 'SMTPSVC'],
  [
    /^(?:disk|ftdisk|volsnap|ntfs|atapi|cdrom|iastor\w*|storahci|stornvme|mpio|msdsm|iscsiprt|cpqarray\w*|cpqcissm?|perc\w*|mraid\w*|aac\w*|adp\w+|lsi_?\w*|symc\w*|ql\w+|elx\w+|hpsamd|partmgr|vhdmp|storport|scsi\w*)$/i,
    'Disk',
  ],
  [
    /(?:virus|mcafee|mcshield|mclogevent|symantec|norton|trend ?micro|officescan|scanmail|sophos|savservice|kaspersky|\bavp\b|eset|f-secure|f-prot|panda|avast|avg|defender|forefront|antigen|groupshield|clam|bitdefender|etrust|inoculat|cylance|crowdstrike|sentinel)/i,
    'Scanner',
  ],
  [/^(?:srv|w32time|kerberos|netlogon|lsasrv|dnsapi|dns client events)$/i, ''],
];

/** The group of a source: `ESE`, `MSExchangeIS`, `MSExchangeTransport`, `Disk`, `Scanner`, ...; else the name itself. */
export function eventSource(provider: string): string {
  const name = provider.trim();
  for (const [pattern, group] of GROUPS) if (pattern.test(name)) return group === '' ? plain(name) : group;
  return name;
}

/** `MSExchangeDSAccess`, `MSExchangeIMC` and the like without what follows the first blank. */
function plain(name: string): string {
  const first = name.split(/\s/)[0]!;
  const known = [
    'MSExchangeMTA',
    'MSExchangeIMC',
    'MSExchangeIMS',
    'MSExchangeSA',
    'MSExchangeDS',
    'MSExchangeDSAccess',
  ];
  if (/^msexchangeadaccess$/i.test(first)) return 'MSExchangeDSAccess';
  return known.find((one) => one.toLowerCase() === first.toLowerCase()) ?? name;
}
