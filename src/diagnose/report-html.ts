// The answer as one HTML file that needs nothing else: to be sent on, or kept with the ticket.
import type { Diagnosis, DiagnosisFinding, ShownEvidence, ShownStep } from './diagnosis.ts';

/** What the report says was read. */
export interface ReportedFile {
  readonly path: string;
  readonly kind: string;
  readonly pieces: number;
  readonly note?: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c]!);

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2733;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.15rem;border-bottom:1px solid #ccd5dd;padding-bottom:.2rem;margin-top:2rem}
h3{font-size:1.02rem;margin:.2rem 0}.next{background:#eef5fb;border-left:4px solid #2a72b5;padding:.6rem .9rem}
section.finding{border:1px solid #d5dde4;border-radius:6px;padding: .8rem 1rem;margin:1rem 0}
.tag{display:inline-block;border-radius:3px;padding:0 .45rem;font-size:.8rem;background:#e3e9ee}
.certain{background:#b4231f;color:#fff}.likely{background:#d98a1f;color:#fff}.possible{background:#8693a0;color:#fff}
.loss{background:#b4231f;color:#fff}code,pre{font:13px/1.4 ui-monospace,monospace;background:#f3f5f7}
pre{padding:.3rem .6rem;margin:.2rem 0;white-space:pre-wrap}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;border-top:1px solid #e2e8ed;padding:.25rem .5rem;overflow-wrap:anywhere}
td:first-child,td:nth-child(2){min-width:9rem}td:last-child{min-width:11rem}
@media(prefers-color-scheme:dark){body{background:#14191f;color:#dbe3ea}.next{background:#1d2b38}
section.finding{border-color:#33404c}code,pre,.tag{background:#232c35}td,th{border-color:#2c3640}}`;

function evidenceRow(one: ShownEvidence): string {
  const place = one.at === undefined ? one.file : `${one.file}, ${one.at}`;
  const times = one.count > 1 ? ` (${one.count} times)` : '';
  return `<tr><td>${escape(place)}</td><td>${escape(one.time ?? '')}</td><td>${escape(one.text)}${times}</td><td>${one.codes.map(escape).join('<br>')}</td></tr>`;
}

const evidenceTable = (rows: readonly ShownEvidence[]): string =>
  `<table><thead><tr><th>Where</th><th>When</th><th>What</th><th>Codes</th></tr></thead><tbody>${rows.map(evidenceRow).join('')}</tbody></table>`;

function stepItem({ text, command, risk, versions }: ShownStep): string {
  const tag = `<span class="tag${risk === 'data-loss' ? ' loss' : ''}">${risk}</span>${versions === undefined ? '' : ` <span class="tag">${escape(versions)}</span>`}`;
  return `<li>${escape(text)} ${tag}${command === undefined ? '' : `<pre>${escape(command)}</pre>`}</li>`;
}

const bullets = (title: string, items: readonly string[]): string =>
  items.length === 0 ? '' : `<h4>${title}</h4><ul>${items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`;

function findingSection(finding: DiagnosisFinding): string {
  const mark = finding.byCatch === true ? 'by-catch' : finding.confidence;
  const follows =
    finding.consequenceOf === undefined ? '' : `<p>Follows from <code>${escape(finding.consequenceOf)}</code>.</p>`;
  return [
    `<section class="finding" id="${escape(finding.id)}"><h3>${escape(finding.title)}</h3>`,
    `<p><span class="tag ${mark}">${mark}</span> <span class="tag">${finding.level}</span> <span class="tag">${finding.severity}</span> <code>${escape(finding.id)}</code></p>`,
    follows,
    `<p>${escape(finding.cause)}</p><h4>Evidence</h4>${evidenceTable(finding.evidence)}`,
    finding.contradicts.length === 0 ? '' : `<h4>Speaks against it</h4>${evidenceTable(finding.contradicts)}`,
    finding.fix.length === 0 ? '' : `<h4>What to do, in this order</h4><ol>${finding.fix.map(stepItem).join('')}</ol>`,
    bullets('Done when', finding.verify),
    bullets('Would settle it', finding.settle),
    finding.references.length === 0 ? '' : `<p>See ${finding.references.map(escape).join(', ')}.</p>`,
    '</section>',
  ].join('\n');
}

function fileRows(files: readonly ReportedFile[]): string {
  const rows = files.map(
    ({ path, kind, pieces, note }) =>
      `<tr><td>${escape(path)}</td><td>${escape(kind)}</td><td>${pieces}</td><td>${escape(note ?? '')}</td></tr>`,
  );
  return `<table><thead><tr><th>File</th><th>Kind</th><th>Pieces of evidence</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** The answer as a whole HTML document. */
export function diagnosisHtml(diagnosis: Diagnosis, files: readonly ReportedFile[]): string {
  const { headline, next, findings, unexplained, missing, versions } = diagnosis;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escape(headline.slice(0, 120))}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escape(headline)}</h1><p class="next"><b>Next:</b> ${escape(next)}</p>`,
    versions === undefined ? '' : `<p>The evidence is of ${escape(versions)}.</p>`,
    findings.length === 0 ? '' : `<h2>Findings</h2>${findings.map(findingSection).join('\n')}`,
    unexplained.length === 0 ? '' : `<h2>Unexplained</h2>${evidenceTable(unexplained)}`,
    missing.length === 0 ? '' : `<h2>To know more</h2>${bullets('', missing)}`,
    `<h2>What was read</h2>${fileRows(files)}`,
    '</body></html>\n',
  ].join('\n');
}
