// The store's logic, and delivery into it.
import type { Case } from '../case.ts';
import { dsn, outlookBounce, viewer } from '../case.ts';
import { damagedStore, danglingIndex } from '../stores.ts';

const NO_REASON =
  'The e-mail system was unable to deliver the message, but did not report a specific reason.  Check the address and try again.  If it still fails, contact your system administrator.';
const STORE_DRIVER = { type: 'Warning', category: 'Exchange Store Driver' } as const;

/** Event 327 of the transport. */
export const storeCall = (call: string, error: number): string =>
  viewer(
    'MSExchangeTransport',
    327,
    `The following call : ${call} to the store failed. Error code : ${error}. MDB : 11111111-2222-3333-4444-555555555555. FID : 1-1A. MID : 1-2B. File : .`,
    STORE_DRIVER,
  );

/** Event 1706 of the transport. */
export const logonDenied: string = viewer(
  'MSExchangeTransport',
  1706,
  'EXPS is temporarily unable to provide protocol security with "mail2.example.com". "CSessionContext::OnEXPSInNegotiate" called "HrServerNegotiateAuth" which failed with error code 0x8009030c.',
  { type: 'Warning', category: 'SMTP Protocol', time: '10:11:02 AM', data: '0c 03 09 80' },
);

/** The bounce of KB 328671, in the form without angle brackets. */
export const plainBounce: string = outlookBounce('user1@example.com', NO_REASON, '#5.0.0').replace(
  /<(mail1\S* #5\.0\.0)>/,
  '$1',
);

const is = (id: number, text: string, type: 'Error' | 'Warning' = 'Error', source = 'MSExchangeIS Private'): string =>
  viewer(source, id, text, { type, category: 'General' });

export const STORE_CASES: readonly Case[] = [
  {
    name: 'mail bounces with 5.0.0 and store calls fail: all parts but the database',
    from: 'KB 328671',
    files: {
      'ndr.txt': plainBounce,
      'app.txt': logonDenied + storeCall('EcSaveChangesMessage', -1017) + storeCall('EcDeleteMessages', -1310),
    },
    first: 'store.damaged-delivery',
    level: 'store',
    confidence: 'likely',
    also: ['host.scanner', 'authentication.exps-by-catch', 'transport.unspecified'],
    not: ['configuration.no-route'],
  },
  {
    name: 'the same with a database some of whose pages are damaged',
    from: 'KB 328671',
    files: {
      'ndr.txt': plainBounce,
      'app.txt': logonDenied + storeCall('EcSaveChangesMessage', -1017) + storeCall('EcDeleteMessages', -1310),
    },
    databases: { 'priv1.edb': damagedStore },
    first: 'page.checksum',
    level: 'page',
    confidence: 'certain',
    also: ['store.damaged-delivery', 'host.scanner', 'authentication.exps-by-catch'],
  },
  {
    name: 'the same with a database whose index leads nowhere',
    from: 'KB 328671',
    files: {
      'ndr.txt': plainBounce,
      'app.txt': storeCall('EcSaveChangesMessage', -1017) + storeCall('EcDeleteMessages', -1310),
    },
    databases: { 'priv1.edb': danglingIndex },
    first: 'database.index',
    level: 'database',
    also: ['store.damaged-delivery', 'host.scanner'],
  },
  {
    name: 'the failed store calls alone',
    from: 'KB 328671',
    files: { 'app.txt': storeCall('EcSaveChangesMessage', -1017) + storeCall('EcDeleteMessages', -1310) },
    first: 'store.damaged-delivery',
    level: 'store',
    confidence: 'likely',
  },
  {
    name: 'one failed store call alone',
    from: 'KB 328671',
    files: { 'app.txt': storeCall('EcSaveChangesMessage', -1017) },
    first: 'store.damaged-delivery',
    level: 'store',
    confidence: 'possible',
  },
  {
    name: 'the bounce with 5.0.0 alone',
    from: 'KB 328671',
    files: { 'ndr.txt': plainBounce },
    first: 'transport.unspecified',
    level: 'transport',
    not: ['store.damaged-delivery', 'host.scanner'],
  },
  {
    name: 'event 1706 alone',
    from: 'KB 328671',
    files: { 'app.txt': logonDenied },
    first: undefined,
    level: 'authentication',
    also: ['authentication.exps-by-catch'],
  },
  {
    name: 'delivery fails because the record exists already',
    from: 'KB 829968',
    files: { 'app.txt': storeCall('EcLocallyDeliverMsg', -1605) },
    first: 'store.duplicate-delivery',
    level: 'store',
  },
  {
    name: 'the store has no memory for a delivery',
    from: 'KB 951558',
    files: { 'app.txt': storeCall('EcSaveChangesMessage', -2147024882) },
    first: 'transport.store-driver-memory',
    level: 'transport',
    not: ['store.damaged-delivery', 'host.scanner'],
  },
  {
    name: 'event 1025 with -1601 again and again',
    from: 'KB 259851',
    files: {
      'app.txt': is(
        1025,
        'An error occurred on database "Mailbox Store (MAIL1)". Function name or description of problem: EcGetRow Error: -1601',
        'Error',
        'MSExchangeIS Mailbox Store',
      ),
    },
    first: 'store.logic',
    level: 'store',
    confidence: 'likely',
  },
  {
    name: 'a duplicate key that Exchange 5.5 tries again',
    from: 'KB 268831',
    files: {
      'app.txt': is(
        1025,
        'An error occurred. Function name or description of problem: EcCreateMsg Error: 0xfffff9bb',
        'Warning',
      ),
    },
    first: undefined,
    level: 'store',
    also: ['store.duplicate-benign'],
  },
  {
    name: 'search folder links are corrupt',
    from: 'KB 247616',
    files: {
      'app.txt': is(1025, 'An error occurred. Function name or description of problem: EcGetRestriction Error: 0x57a'),
    },
    first: 'store.search-folder-links',
    level: 'store',
  },
  {
    name: 'access lists are inconsistent',
    from: 'KB 183400',
    files: { 'app.txt': is(1186, 'EcSetSpecialRights on ACLID 1-33 failed.') },
    first: 'store.access-lists',
    level: 'store',
  },
  {
    name: 'a folder row is inconsistent',
    from: 'KB 183400',
    files: { 'app.txt': is(8504, 'The property tags of folder 1-44 are not consistent.') },
    first: 'store.folder-rows',
    level: 'store',
  },
  {
    name: 'a message row is inconsistent',
    from: 'KB 183400',
    files: { 'app.txt': is(8501, 'The property tags of message 1-55 are not consistent.') },
    first: 'store.message-rows',
    level: 'store',
  },
  {
    name: 'background cleanup stumbles over a message',
    from: 'KB 181824',
    files: { 'app.txt': is(1101, 'Error 0x3f0 deleting unused entry from the table of messages.', 'Warning') },
    first: 'store.background-cleanup',
    level: 'store',
  },
  {
    name: 'a mailbox that was never used',
    from: 'KB 178757',
    files: { 'app.txt': is(1203, 'Error 0x8004010f occurred while processing mailbox of user2.', 'Warning') },
    first: undefined,
    level: 'store',
    also: ['store.mailbox-never-used'],
  },
  {
    name: 'c1041724 without any other event',
    from: 'KB 328869',
    files: {
      'note.txt':
        'An internal processing error has occurred. Try restarting the Exchange System Manager or the Microsoft Exchange Information Store service, or both. ID no: c1041724\n',
    },
    first: 'store.mount-generic',
    level: 'store',
  },
  {
    name: 'the mailbox store does not answer',
    from: 'KB 896143',
    files: {
      'app.txt': viewer(
        'MSExchangeSA',
        9175,
        'The MAPI call OpenMsgStore failed with the following error: The Microsoft Exchange Server computer is not available. The MAPI provider failed. ID no: 8004011d-0526-00000000',
        { category: 'MAPI Session' },
      ),
    },
    first: 'store.not-mounted',
    level: 'store',
    confidence: 'certain',
  },
  {
    name: 'a mailbox is damaged in its logic',
    from: 'mapicode.h: 0x80040600',
    files: { 'note.txt': 'Opening the Inbox fails: MAPI_E_CORRUPT_STORE (0x80040600)\n' },
    first: 'store.mailbox-corrupt',
    level: 'store',
  },
  {
    name: 'isinteg has found errors',
    from: 'KB 182081',
    files: {
      'isinteg.pri':
        '. . . . . SUMMARY . . . . .\nTotal number of tests : 24\nTotal number of warnings : 74\nTotal number of errors : 3\nTotal number of fixes : 862\nTotal time : 15h:38m:57s\n',
    },
    first: 'store.isinteg-mends',
    level: 'store',
  },
  {
    name: 'isinteg has no room',
    from: 'KB 258301',
    files: { 'out.txt': 'JET Error JET_errDiskFull while opening the IS Databases\n' },
    first: 'host.isinteg-space',
    level: 'host',
  },
  {
    name: 'an exception of the store in a bounce',
    from: 'RFC 3464; STOREDRV',
    files: {
      'ndr.eml': dsn(
        'user1@example.com',
        '5.2.0',
        '554 5.2.0 STOREDRV.Deliver.Exception:ObjectNotFoundException; Failed to process message due to a permanent exception MapiExceptionCallFailed: (hr=0x80004005, ec=-1018)',
      ),
    },
    first: 'page.checksum',
    level: 'page',
    confidence: 'likely',
    also: ['transport.store-driver-delivery'],
  },
];
