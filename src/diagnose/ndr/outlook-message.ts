// Outlook's .msg files (MS-OXMSG in a compound file) as the mail they hold: text, report and recipients put together in
// MIME form, so that one reader does for all. Property tags: subject 0037, class 001A, transport headers 007D, report
// text 1001, supplementary info 0C1B, body 1000, SMTP address 39FE, address 3003, display name 3001.
import { find, read } from 'cfb';
import { decodeCharset, decodeUtf16 } from './mail/part-text.ts';
import { byteString } from './mail/byte-string.ts';

/** Larger .msg files are not opened: a bounce is small. */
export const MOST_MSG: number = 32 * 1024 * 1024;
const MOST_PROPERTY = 1024 * 1024;
const MOST_RECIPIENTS = 2000;
const MOST_ATTACHMENTS = 64;
const BOUNDARY = 'esekit-outlook-message';

type Container = ReturnType<typeof read>;

/** True for a compound file. */
export function isCompoundFile(bytes: Uint8Array): boolean {
  const magic = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
  return magic.every((byte, i) => bytes[i] === byte);
}

/** The mail in a .msg file, in MIME form; undefined when it is damaged, too large, or no message. */
export function mailOfOutlookMessage(bytes: Uint8Array): string | undefined {
  if (bytes.length > MOST_MSG || !isCompoundFile(bytes)) return undefined;
  try {
    const file = read(bytes, { type: 'array' });
    const text = (name: string): string => property(file, '', name);
    const className = text('001A');
    const headers = text('007D');
    if (className === '' && headers === '' && text('1000') === '') return undefined;
    const head = headers === '' ? ownHeaders(text, className) : withoutContentType(headers, className);
    const parts = [textPart('text/plain', bodyOf(file, text)), ...attachedReports(file)];
    return `${head}Content-Type: multipart/mixed; boundary="${BOUNDARY}"\n\n--${BOUNDARY}\n${parts.join(`\n--${BOUNDARY}\n`)}\n--${BOUNDARY}--\n`;
  } catch {
    // The compound file is damaged: the library says so by throwing.
    return undefined;
  }
}

/** A string property: UTF-16 (001F), else of the code page (001E); '' without it. */
function property(file: Container, folder: string, tag: string): string {
  const wide = stream(file, `${folder}/__substg1.0_${tag}001F`);
  if (wide !== undefined) return decodeUtf16(wide);
  const narrow = stream(file, `${folder}/__substg1.0_${tag}001E`);
  return narrow === undefined ? '' : decodeCharset(byteString(narrow), undefined);
}

function stream(file: Container, path: string): Uint8Array | undefined {
  const content = find(file, path)?.content;
  return content === undefined ? undefined : Uint8Array.from(content.slice(0, MOST_PROPERTY));
}

const isReport = (className: string): boolean => /^REPORT\..*\.NDR$/i.test(className);

function ownHeaders(text: (tag: string) => string, className: string): string {
  const line = (name: string, value: string): string =>
    value === '' ? '' : `${name}: ${value.replace(/\s+/g, ' ').slice(0, 2000)}\n`;
  const from = text('0C1F').includes('@') ? `${text('0C1A')} <${text('0C1F')}>` : text('0C1A');
  return `${line('From', from)}${line('To', text('0E04'))}${line('Subject', text('0037'))}${mark(className)}`;
}

/** The headers as they came, apart from those about the MIME structure, which is ours now. */
function withoutContentType(headers: string, className: string): string {
  const kept = headers
    .replace(/\r\n?/g, '\n')
    .trim()
    .replace(/^(?:content-[\w-]+|mime-version):.*(?:\n[ \t].*)*\n?/gim, '')
    .trimEnd();
  return `${kept}\n${mark(className)}`;
}

function mark(className: string): string {
  return isReport(className) ? 'X-MS-Exchange-Message-Is-Ndr: yes\n' : '';
}

/** Body, report text, and of each recipient what the server said of it. */
function bodyOf(file: Container, text: (tag: string) => string): string {
  const lines = [text('1000'), text('1001')].filter((part) => part !== '');
  for (let i = 0; i < MOST_RECIPIENTS; i++) {
    const folder = `/__recip_version1.0_#${i.toString(16).toUpperCase().padStart(8, '0')}`;
    const smtp = property(file, folder, '39FE');
    const address = smtp === '' ? property(file, folder, '3003') : smtp;
    const name = address.includes('@') ? address : property(file, folder, '3001') || address;
    if (name === '') break;
    const said = [property(file, folder, '1001'), property(file, folder, '0C1B')].filter((part) => part !== '');
    // Only recipients that the report says something of; others are those it was sent to.
    if (said.length > 0 && !lines.some((line) => line.includes(name))) lines.push(`${name}\n${said.join('\n')}`);
    else if (said.length > 0) lines.push(said.join('\n'));
  }
  return lines.join('\n\n');
}

/** Attached delivery reports and headers, by their MIME type (370E). */
function attachedReports(file: Container): string[] {
  const parts: string[] = [];
  for (let i = 0; i < MOST_ATTACHMENTS; i++) {
    const folder = `/__attach_version1.0_#${i.toString(16).toUpperCase().padStart(8, '0')}`;
    const type = property(file, folder, '370E').toLowerCase();
    const data = stream(file, `${folder}/__substg1.0_37010102`);
    if (data === undefined) continue;
    if (
      /^(?:message|text)\/(?:delivery-status|global-delivery-status|rfc822-headers|rfc822|disposition-notification)$/.test(
        type,
      )
    )
      parts.push(`Content-Type: ${type}\n\n${byteString(data)}`);
  }
  return parts;
}

function textPart(type: string, text: string): string {
  return `Content-Type: ${type}; charset=utf-8\n\n${text.replaceAll(`--${BOUNDARY}`, '')}`;
}
