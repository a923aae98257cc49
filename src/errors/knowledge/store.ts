// What the codes of the Exchange information store (ec...) mean to an administrator, and what to do. Own wording.
// An entry: symbol, meaning, and after `>` the advice; a blank line ends it.

/** Information store. */
export const STORE: string = `
ecJetError
The database engine reported an error that has no code of its own here.
> The JET error stands beside it or in the event before it.

ecUnknownUser
The store does not know the user.
> The mailbox is missing in this store or the directory points at another one; check replication and homeMDB.

ecExiting
The store is stopping.
> Wait and try again; look why it stopped.

ecServerOOM
The store is out of memory.
> Restart the store; look at its memory use and the /3GB setting.

ecLoginPerm
The user has no right to log on to this mailbox.
> Check the mailbox rights and the master account.

ecDatabaseRolledBack
The database was set back by a restore and does not agree with the directory.
> Patch the store after an offline restore, then run isinteg.

ecNoFreeJses
All database sessions are in use.
> Too many clients or slow disks; restart the store if it stays.

ecDatabaseError
A general error of the database.
> Look for the ESE event at the same time, then "esekit check FILE".

ecNoReplicaHere
This server holds no copy of the public folder.
> Add a replica or repair the referral to the server that has one.

ecNoReplicaAvailable
No reachable server holds a copy of the public folder.
> Bring the server that holds it back, or add a replica.

ecRecordNotFound
The record was not found in the store.
> Run isinteg -fix; if it stays "esekit check FILE".

ecMDBNotInit
The store has not been brought up.
> Mount it; look for the reason it did not mount.

ecWrongServer
The mailbox lives on another server.
> Update the profile; check homeServer in the directory.

ecServerPaused
The server has been paused.
> Resume the service.

ecServerBusy
The server is too busy.
> Try later; look at the load.

ecNoSuchLogon
The store does not know this logon any more.
> Log on again.

ecIsintegMDB
Isinteg has the store locked.
> Wait until it ends, then mount.

ecNullObject
A handle in the request does not lead to an object, mostly because an earlier step failed.
> Look for the first error of the same session.

ecRpcFormat
A request was badly formed.
> Update the client; a program error.

ecMessageTooBig
The message is larger than allowed.
> Raise the limit or send it in parts.

ecNotAuthorized
Delivery to this folder is not allowed.
> Check the folder permissions.

ecQuotaExceeded
The mailbox is over the limit for sending.
> Raise the quota or archive.

ecMaxSubmissionExceeded
The message is larger than may be submitted.
> Raise the limit.

ecMaxAttachmentExceeded
The message has too many attachments.
> Send fewer.

ecSendAsDenied
The account may not send as this mailbox.
> Grant Send As.

ecShutoffQuotaExceeded
The mailbox is over its last limit and takes no more mail.
> Raise the quota or archive; senders get 5.2.2.

ecMaxObjsExceeded
The client has too many objects open.
> Close it; find the add-in that does not let go of items.

ecClientVerDisallowed
The server does not admit this client version.
> Update the client or change the setting that blocks it.

ecVirusDetected
A virus was found in the message.

ecMailboxInTransit
The mailbox is being moved.
> Wait for the move; if it failed, clear its state and move again.

ecBackupInProgress
A backup of the store is running.
> Wait for it to end.

ecObjectNotFound
An internal table or object of the store was not found.
> "esekit check FILE", then isinteg -fix.

ecDuplicateDelivery
A copy of this message has been delivered already.
> Nothing to do.

ecADUnavailable
The directory could not be reached.
> Check domain controllers, global catalogs and DNS.

ecADNotFound
The object was not found in the directory.
> Check replication and the address.

ecMailboxDisabled
The mailbox is disabled.
> Enable it or reconnect it to an account.

ecLowMdbSpace
The volume of the database is nearly full.
> Free or add space.

ecLowMdbLogSpace
The volume of the logs is nearly full.
> Make a full backup, which removes old logs; add space.

ecMailboxQuarantined
The mailbox is in quarantine because it brought the store down repeatedly.
> Repair the mailbox, then release it.

ecMountInProgress
The database is being mounted.
> Wait; replaying many logs takes its time.

ecDismountInProgress
The database is being dismounted.
> Wait.
`;
