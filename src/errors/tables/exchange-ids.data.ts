// Message numbers of the Exchange programs ("ID no: c1041724"), of the transport ("X-DSNContext: ... - 80040546"), of the
// directory access and of the Internet Mail Service ("MSEXCH:IMS: ... (000C05A6)"): number, tab, name. Microsoft never
// published names for most, so these are ours. Sources: the KB articles that quote them, bounces; written by hand.

/** One code a line. */
export const EXCHANGE_CODES: string = `
10256	IMS: too many recipients
502cc	IMS: content conversion failed
50311	IMS: content conversion failed in the message body
b0981	IMS: remote host offers no authentication
b099c	IMS: remote host refused the message
b09aa	IMS: remote host refused the recipient
b09b6	IMS: remote host refused the connection or command
c0595	IMS: ambiguous recipient
c05a6	IMS: unknown recipient
d06b5	IMS: no proxy address
120270	IMS: too many hops
80040546	Categorizer: recipient cannot be delivered to
80040a02	DSC_E_NO_SUITABLE_CDC
c00402d1	Transport: delivery time expired
c1010aae	Directory: object not found
c1030637	Administrator: e-mail address could not be generated
c1030745	Administrator: object no longer available
c1030ad1	Administrator: extension file not found in this version
c1030af3	System Manager: HTTP service of the public folders not available
c1030b0d	Administrator: internal error in directory replication
c1030b1e	Administrator: knowledge consistency check failed
c1030b1f	Administrator: directory service not reachable for the consistency check
c1030b35	Administrator: e-mail address could not be processed
c1030b37	Setup: e-mail address of a third-party type could not be processed
c1030b3a	Setup: Microsoft Mail address of the site is missing
c10312c6	Administrator: extension file could not be loaded
c1031667	Administrator: extension not installed for this processor type
c1031669	Administrator: phone book could not be read
c1031dad	Key Management: certificate server version does not fit
c1037997	Setup: required system updates are missing
c1040af2	Information Store: object not found
c1040af3	Information Store: permission missing
c1040af5	Information Store: public folder could not be rehomed
c1040b00	Information Store: duplicate mailbox after a move
c1041722	System Manager: object not found, directory not replicated
c1041724	System Manager: internal processing error on mount
c1041737	System Manager: store could not be mounted, file missing or in use
c1041739	System Manager: store could not be mounted, logs not usable
c104173b	System Manager: database files of the store are corrupted
c1050000	System Manager: unexpected error, details in the text beside it
`;
