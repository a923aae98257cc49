import { describe, expect, it } from 'vitest';
import { readNdr } from '../../../src/diagnose/ndr/index.ts';

describe('Exchange 4.0 and 5.5', () => {
  const mail = (line: string): string =>
    [
      'From: System Administrator <postmaster@example.com>',
      'To: sender@example.org',
      'Subject: Undeliverable: Hello',
      'X-Mailer: Internet Mail Service (5.5.2653.19)',
      'X-MS-Embedded-Report: ',
      '',
      'Your message',
      '',
      '  To:      user@example.com',
      '  Subject: Hello',
      '  Sent:    Thu, 9 May 2002 23:34:45 +0900',
      '',
      'did not reach the following recipient(s):',
      '',
      'user@example.com on Thu, 9 May 2002 23:34:45 +0900',
      '    The recipient name is not recognized',
      '\tThe MTS-ID of the original message is: c=us;a= ;p=Org;l=SRV-020509',
      `    ${line}`,
      '',
    ].join('\n');

  it('gives the X.400 code, and no status that is not there', () => {
    expect(readNdr(mail('MSEXCH:IMS:Org:SITE:SRV 0 (000C05A6) Unknown Recipient'))).toMatchObject({
      bounce: true,
      form: 'exchange-5',
      generator: 'exchange-5',
      recipients: [
        {
          recipient: 'user@example.com',
          status: null,
          replyCode: null,
          reason: 'userunknown',
          exchange: { mtsDiagnostic: '000C05A6', mtsMeaning: 'unknown recipient' },
        },
      ],
    });
  });

  it('lets the remote text decide where the code only says that the remote server refused', () => {
    expect(readNdr(mail('MSEXCH:IMC:Org:SITE:SRV 3550 (000B09B6) 550 5.2.2 mailbox full')).recipients[0]).toMatchObject(
      {
        status: '5.2.2',
        replyCode: 550,
        reason: 'mailboxfull',
        exchange: { mtsDiagnostic: '000B09B6' },
      },
    );
  });
});

describe('Exchange 2000 and 2003', () => {
  const outlook = (...entry: readonly string[]): string =>
    [
      'Your message did not reach some or all of the intended recipients.',
      '',
      '      Subject:\tTest',
      '      Sent:\t5/1/2002 10:11 AM',
      '',
      'The following recipient(s) could not be reached:',
      '',
      ...entry,
      '',
    ].join('\n');

  it('is read as Outlook shows it', () => {
    const found = readNdr(
      outlook(
        "      'jdoe@example.com' on 5/1/2002 10:11 AM",
        '            You do not have permission to send to this recipient.',
        '            <mail01.example.com #5.5.0 smtp;550 5.7.1 Unable to relay for jdoe@example.com>',
        '      asmith@example.org on 5/1/2002 10:11 AM',
        '            The e-mail account does not exist at the organization this message was sent to.',
        '            <mail01.example.com #5.1.1>',
      ),
    );
    expect(found).toMatchObject({ bounce: true, kind: 'failure', form: 'exchange-2000' });
    expect(found.recipients).toMatchObject([
      {
        recipient: 'jdoe@example.com',
        status: '5.5.0',
        replyStatus: '5.7.1',
        replyCode: 550,
        reason: 'norelaying',
        reportedBy: 'mail01.example.com',
        diagnostic: '550 5.7.1 Unable to relay for jdoe@example.com',
      },
      { recipient: 'asmith@example.org', status: '5.1.1', replyCode: null, reason: 'userunknown' },
    ]);
  });

  const words = 'The e-mail system was unable to deliver the message, but did not report a specific reason.';
  it.each([
    [
      'brackets',
      outlook(
        '      user@example.com on 5/1/2002 10:11 AM',
        `            ${words}`,
        '            <SRV.example.com #5.0.0>',
      ),
    ],
    [
      'none',
      outlook(
        '      user@example.com on 5/1/2002 10:11 AM',
        `            ${words}`,
        '            SRV.example.com #5.0.0',
      ),
    ],
    [
      'one line',
      `The following recipient(s) could not be reached: user@example.com on 5/1/2002 10:11 AM ${words} SRV.example.com #5.0.0`,
    ],
  ])('gives 5.0.0, and says that no reason is told: %s', (_form, text) => {
    expect(readNdr(text)).toMatchObject({
      bounce: true,
      recipients: [
        {
          recipient: 'user@example.com',
          status: '5.0.0',
          reason: 'undefined',
          permanent: true,
          reportedBy: 'SRV.example.com',
        },
      ],
    });
  });

  it('takes a display name where there is no address, and the bare status line', () => {
    expect(
      readNdr(outlook('      John Doe on 5/1/2002 10:11 AM', '            <srv #5.2.2>')).recipients[0],
    ).toMatchObject({
      recipient: 'John Doe',
      status: '5.2.2',
      reason: 'mailboxfull',
    });
    expect(readNdr('ServerName.Domain.com #5.0.0').recipients).toMatchObject([
      { recipient: '', status: '5.0.0', reason: 'undefined', reportedBy: 'ServerName.Domain.com' },
    ]);
  });

  it('is read in German', () => {
    const text = [
      'Ihre Nachricht hat einige oder alle Empfänger nicht erreicht.',
      '',
      'Folgende(r) Empfänger konnte(n) nicht erreicht werden:',
      '',
      '      meier@example.de am 01.05.2002 10:11',
      '            Das E-Mail-Konto ist in der Organisation nicht vorhanden.',
      '            <srv1.example.de #5.1.1>',
    ].join('\n');
    expect(readNdr(text).recipients).toMatchObject([
      { recipient: 'meier@example.de', status: '5.1.1', reason: 'userunknown' },
    ]);
  });

  it('gives the HRESULT of X-DSNContext, and none where it is zero', () => {
    const mail = (context: string): string =>
      [
        'From: postmaster@example.com',
        'Subject: Delivery Status Notification (Failure)',
        `X-DSNContext: ${context}`,
        'Content-Type: multipart/report; report-type=delivery-status; boundary="9B095B5ADSN=_01"',
        '',
        '--9B095B5ADSN=_01',
        'Content-Type: text/plain; charset=unicode-1-1-utf-7',
        '',
        'This is an automatically generated Delivery Status Notification.',
        '+AGEAYg-',
        '--9B095B5ADSN=_01',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns;srv.example.com',
        '',
        'Final-Recipient: rfc822;user@example.com',
        'Action: failed',
        'Status: 5.1.1',
        '--9B095B5ADSN=_01--',
      ].join('\n');
    const found = readNdr(mail('335a7efd - 4523 - 00000001 - 80040546'));
    expect(found).toMatchObject({ form: 'exchange-2000', recipients: [{ status: '5.1.1', reason: 'userunknown' }] });
    expect(found.recipients[0]!.exchange).toEqual({
      hresult: '0x80040546',
      dsnContext: '335a7efd - 4523 - 00000001 - 80040546',
    });
    expect(readNdr(mail('7ce717b1 - 1196 - 00000002 - 00000000')).recipients[0]!.exchange).not.toHaveProperty(
      'hresult',
    );
  });
});

describe('Exchange 2007 and later', () => {
  it('gives each recipient the tokens of its own line', () => {
    const text = [
      'Delivery has failed to these recipients or distribution lists:',
      '',
      'A User<mailto:a@example.com>',
      'B User<mailto:b@example.com>',
      '',
      'Diagnostic information for administrators:',
      '',
      'Generating server: ex01.example.com',
      '',
      'a@example.com',
      '#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##',
      '',
      'b@example.com',
      '#554 5.2.2 STOREDRV.Deliver; mailbox full (MapiExceptionShutoffQuotaExceeded:16.55847 ec=1245)##',
      '',
      'Original message headers:',
      '',
      'Received: from a by b',
      'Message-ID: <orig@example.com>',
    ].join('\n');
    expect(readNdr(text)).toMatchObject({
      bounce: true,
      form: 'exchange-2007',
      reportedBy: 'ex01.example.com',
      original: { messageId: '<orig@example.com>' },
      recipients: [
        {
          recipient: 'a@example.com',
          status: '5.1.1',
          replyCode: 550,
          reason: 'userunknown',
          exchange: { tokens: ['RESOLVER.ADR.RecipNotFound'] },
        },
        {
          recipient: 'b@example.com',
          status: '5.2.2',
          reason: 'mailboxfull',
          exchange: { tokens: ['STOREDRV.Deliver'], storeErrors: ['MapiExceptionShutoffQuotaExceeded', 'ec=1245'] },
        },
      ],
    });
  });

  it.each([
    'Serveur de génération : ex01.example.com',
    'Server di generazione: ex01.example.com',
    'Generierender Server: ex01.example.com',
  ])('finds the server behind a localised label: %s', (label) => {
    const found = readNdr(`${label}\n\na@example.com\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n`);
    expect(found).toMatchObject({
      bounce: true,
      reportedBy: 'ex01.example.com',
      recipients: [{ recipient: 'a@example.com', status: '5.1.1' }],
    });
  });
});
