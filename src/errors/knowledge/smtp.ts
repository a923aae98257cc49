// What SMTP reply codes and enhanced status codes mean in a bounce, and what to do. Own wording.
// An entry: code (subject.detail without the class, or a reply code), meaning, and after `>` the advice.

/** Status and reply codes. */
export const SMTP: string = `
0.0
The mail system could not deliver and gives no particular reason.
> The reason is elsewhere: read the server's event log of the same minute ("esekit diagnose BOUNCE LOG"). In Exchange
2000 and 2003 look for a damaged store (EcSaveChangesMessage, -1017), a connector without address space, or a HELO name
that is refused.

1.0
Something is wrong with an address, mostly the sender's or a stale internal one.
> Let the sender choose the recipient anew from the address book; check the X.500 proxy of moved mailboxes.

1.1
The mailbox does not exist at the destination.
> Check the spelling. Inside the organization: clear the nickname cache, give the new mailbox the old legacyExchangeDN as
an X500 address.

1.2
The domain in the address does not exist or takes no mail.
> Check the spelling and the DNS entry of the domain.

1.3
The address is not well formed.
> Correct it; look for blanks, quotes and semicolons.

1.4
Two objects have this address.
> Search the directory for the duplicate proxyAddresses value and remove one.

1.6
The mailbox has moved and left no forwarding address.
> Ask for the new address; in the directory check homeMDB and targetAddress.

1.7
The sender's address is not well formed or missing.
> Set the mail attribute of the sender.

1.8
The domain of the sender does not exist or is refused.
> Check the sender's domain in DNS; in Exchange Online the account may be blocked for sending spam.

1.10
The domain says it takes no mail; Exchange uses the code for an unknown recipient.
> Check the spelling of the address and, for synchronized directories, that the recipient exists on the other side.

2.0
Something is wrong with the mailbox, without details.
> Look at the store's event log.

2.1
The mailbox is switched off or takes no messages.
> Enable the account or mailbox; check delivery restrictions.

2.2
The mailbox is full.
> The recipient must delete or archive, or the quota be raised.

2.3
The message is larger than this recipient may get.
> Make it smaller or raise the recipient's limit.

2.4
A distribution list could not be expanded.
> Check the list's expansion server, its members and, for dynamic lists, its filter.

3.0
Something is wrong with the mail system, without details.

3.1
The mail system is full or short of resources.
> Free disk space and memory on the receiving server; on Exchange 2007 and later this is back pressure (events 15002 to
15006).

3.2
The server takes no mail at the moment.
> Wait; an administrator may have frozen the queue.

3.3
The server lacks a feature the message needs, or its disk is full.

3.4
The message is larger than the system allows.
> Make it smaller or raise the limits of connector, server and organization.

3.5
The server is set up so that it would deliver to itself.
> Two virtual servers on one address, or a smart host that points back: correct it.

4.0
The route could not be determined: DNS or the smart host failed.
> Look the domain's MX up with nslookup; check the smart host entry.

4.1
The other host does not answer.
> Network, firewall, or the host is down; the message is tried again.

4.2
The connection broke.
> A firewall with SMTP inspection, a size limit, or line errors.

4.3
A directory server could not be asked.
> Check domain controllers and global catalogs.

4.4
There is no route to the destination.
> Check connectors and their address spaces; an empty routing group gives this too.

4.5
The mail system is congested.
> Wait.

4.6
The message goes round in circles.
> Look at MX records that point to the sender, forwarding between two mailboxes, and recipient policies.

4.7
The message could not be delivered within its time and was given up.
> Read the last error of the queue; the cause is the destination, DNS or the smart host.

5.0
The other server refused a command without saying more.
> Read its text; this is only a wrapper.

5.1
The other server does not know a command.
> A firewall with SMTP inspection, or ESMTP verbs offered and not supported.

5.2
A command was not understood or came out of order.
> Protocol log of the connector; HELO must come first.

5.3
The message has too many recipients.
> Send in parts or raise the limit.

5.4
A parameter of a command is not valid.

5.5
The versions of the protocol do not fit.

6.0
Something is wrong with the content.

6.1
The kind of content is not supported.

6.3
The content would have to be converted and cannot be, or there are too many attachments.

6.4
The content was converted and something was lost.

6.5
Converting the content failed.
> Find the message (event 12002 and its like); a damaged or unusual MIME structure.

7.0
A security rule stopped the message, without details.

7.1
The sender may not send to this recipient or through this server.
> Relaying refused: the client must authenticate or the domain be accepted. On a group or mailbox: it takes only
authenticated or listed senders.

7.2
The sender may not use this distribution list.
> Ask its owner.

7.3
The message would need another encryption and cannot get it.

7.4
A security feature that was asked for is not supported.

7.5
Encryption or signature failed.

7.8
User name or password was not accepted.
> Correct the credentials of the connector or client.

7.9
The authentication mechanism is too weak for the server.
> Use a stronger one.

7.13
The account is disabled.
> Enable it.

7.20
The message carries no valid DKIM signature.

7.23
The sending host is not allowed by the SPF record of the domain.
> Add the host to the record or send through an allowed one.

7.25
The sending address has no matching reverse DNS entry.
> Set the PTR record.

7.26
Several checks of the sender failed.
> SPF, DKIM and DMARC of the sender's domain.

7.54
The server does not relay for this domain.
> Add the domain to the accepted ones, or let the client authenticate.

7.57
The connector wants authentication.
> Use a connector for anonymous clients, or authenticate.

7.60
The account may not send as this address.
> Grant Send As.

421
The server closes the connection for now.
> The message is tried again; look at the load of the other server.

450
The mailbox is not available for now, often greylisting.
> Wait for the next attempt.

451
The server had a local error.
> Wait; read its text.

452
The server is short of storage or the message has too many recipients.
> Free space on the receiving server; with 4.3.1 it is back pressure.

454
Authentication or TLS is not possible for now.
> Clock, service principal names and domain controllers of the receiving server.

500
The server does not know the command.

501
A parameter is not well formed.

503
Commands came out of order.

504
The server does not know a parameter.
> "504 need to authenticate first": Integrated Windows authentication is off between two servers.

530
The server wants authentication or TLS first.

535
User name or password was not accepted.
> Correct the credentials.

550
The mailbox does not exist or the message is refused by a rule.
> The enhanced code or the text after it decides.

552
The mailbox is full or the message too large.

553
The address is not allowed.

554
The transaction failed; the text says why.

556
The domain says it takes no mail.
`;
