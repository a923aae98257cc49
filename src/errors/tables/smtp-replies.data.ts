// SMTP reply codes and the enhanced status codes that Exchange adds to the IANA registry. Number or subject.detail, tab,
// name in our words. Sources: RFC 5321, 4954, 3207, 7504, the vendor's list of bounce codes; written by hand.

/** Reply codes, one a line. */
export const SMTP_REPLY_CODES: string = `
211	System status
214	Help
220	Service ready
221	Closing the connection
235	Authentication succeeded
250	Done
251	User not local, forwarded
252	Cannot verify, will try
334	Authentication continues
354	Send the message
421	Service not available, closing
422	Recipient mailbox over its limit
430	Recipients refused for now
432	Password change needed
450	Mailbox unavailable for now
451	Local error, try later
452	Not enough storage
453	No mail to hand over
454	Temporary authentication or TLS failure
455	Parameters not possible now
500	Command not understood
501	Syntax error in parameters
502	Command not implemented
503	Commands out of order
504	Parameter not implemented
510	Bad address
511	Bad address
512	Recipient host unknown
521	Host accepts no mail
523	Message too large or encryption needed
530	Authentication required
533	Not authorized
534	Authentication mechanism too weak
535	Authentication failed
538	Encryption required for this authentication
541	Refused by the recipient's filter
550	Mailbox unavailable or refused
551	User not local
552	Storage limit exceeded
553	Mailbox name not allowed
554	Transaction failed
555	Parameters not recognized
556	Domain accepts no mail
`;

/** Enhanced status codes outside the registry, as Exchange and Exchange Online send them; one a line. */
export const VENDOR_STATUS_CODES: string = `
0.350	Generic failure, see the text of the remote server
1.20	Several From addresses without a Sender
1.90	Daily limit of recipients reached
1.351	Remote server does not know the recipient
2.121	Sender exceeded the hourly limit of this recipient
2.122	Recipient exceeded its hourly limit
3.190	Journal reports not accepted
4.8	Loop: server name equals a local domain
4.9	Temporary routing or name service problem
4.14	Hop count exceeded, mail loop
4.300	Message expired
4.310	Domain does not exist in DNS
4.312	DNS query failed
4.316	Connection refused or dropped until the message expired
4.317	Remote server could not be reached
4.318	Connection reset by the remote server
5.6	Message content not valid
6.11	Bare line feeds in the message
7.51	Restricted connector domain or address
7.54	Relaying refused: not an accepted domain
7.57	Client not authenticated for anonymous sending
7.60	No permission to send as this sender
7.64	Relaying refused: tenant could not be determined
7.124	Sender not on the group's list of allowed senders
7.133	Group accepts authenticated senders only
7.134	Mailbox accepts authenticated senders only
7.136	Mail user accepts authenticated senders only
7.321	Remote server offers no STARTTLS
7.322	Certificate of the remote server expired
7.323	TLSA record not valid
7.324	DNSSEC check failed
7.325	Certificate does not fit the host name
7.501	Refused: spam or abuse from this sender
7.502	Refused: banned sender
7.503	Refused: banned sender
7.504	Refused: recipient address
7.505	Refused: banned recipient
7.506	Refused: bad HELO name
7.507	Refused: blocked by the recipient
7.508	Refused: too much mail from this address range
7.509	Refused: DMARC check failed and the domain asks for rejection
7.510	Refused: no contact with this sender wanted
7.511	Refused: banned sending address
7.512	Refused: content does not follow RFC 5322
7.513	Refused: recipient does not accept this sender
7.606	Refused: banned sending IP address
7.705	Refused: tenant exceeded its limit
7.708	Refused: traffic from this IP address
7.750	Refused: sending domain not registered with the tenant
`;

/** Causes Exchange 2007 and later name in the text of a bounce, and the status code each belongs to; one a line. */
export const BOUNCE_TOKENS: string = `
5.1.1	RESOLVER.ADR.RecipNotFound
5.1.1	RESOLVER.ADR.ExRecipNotFound
5.1.4	RESOLVER.ADR.Ambiguous
5.1.3	RESOLVER.ADR.InvalidInSmtp
5.1.0	RESOLVER.ADR.BadPrimary
5.5.3	RESOLVER.ADR.RecipLimit
5.7.1	RESOLVER.RST.AuthRequired
5.7.1	RESOLVER.RST.NotAuthorized
5.2.3	RESOLVER.RST.RecipSizeLimit
5.2.3	RESOLVER.RST.SendSizeLimit.Sender
4.4.7	QUEUE.Expired
5.4.4	SMTPSEND.DNS.NonExistentDomain
5.4.6	SMTPSEND.DNS.MxLoopback
5.4.4	ROUTING.NoRoute
5.4.6	ROUTING.LoopDetected
`;
