// What MAPI errors mean to an administrator, and what to do. Own wording.
// An entry: symbol, meaning, and after `>` the advice; a blank line ends it.

/** MAPI. */
export const MAPI: string = `
MAPI_E_CALL_FAILED
The call failed, for a reason this code does not tell.
> Look for a second code beside it (ec=..., a JET error, an event at the same time) and look that one up.

MAPI_E_NOT_ENOUGH_MEMORY
Memory ran out.
> Check memory and handles of the process; restart the program.

MAPI_E_INVALID_PARAMETER
An argument of the call is not valid.
> A program error, or a damaged item: see which mailbox and item it stops at.

MAPI_E_NO_ACCESS
The account has no right to the mailbox, folder or item.
> Check the permissions on store and mailbox, and that the service account was not denied by inheritance.

MAPI_E_NO_SUPPORT
The store or provider does not offer this operation.
> Client and server versions differ, or the object is of a kind without it.

MAPI_E_INVALID_ENTRYID
The identifier is not one this store understands.
> Recreate the profile; delete stale shortcuts and nicknames.

MAPI_E_OBJECT_CHANGED
Another program changed the object at the same time.
> Try again; look for a second client or scanner that works on the same items.

MAPI_E_OBJECT_DELETED
The object has been deleted meanwhile.
> Normal with several clients; otherwise isinteg -fix.

MAPI_E_BUSY
The table or store is busy with another operation.
> Try again later.

MAPI_E_NOT_ENOUGH_DISK
The disk is full.
> Free space on the volumes of the database and the logs.

MAPI_E_NOT_ENOUGH_RESOURCES
The server is out of some resource.
> Restart the client; look at the memory and session limits of the server.

MAPI_E_NOT_FOUND
The object asked for does not exist: a folder, an address, a directory entry or a profile section.
> At mount ("Failed to configure MDB") an object in Active Directory is missing or unreadable: check the rights of the
Exchange servers group, replication and LostAndFound. In Outlook the offline address book or the profile.

MAPI_E_VERSION
The versions of client and server do not fit.
> Install a common version of the MAPI files (mapisvc.inf, mapi32.dll).

MAPI_E_LOGON_FAILED
Logging on to the store failed: credentials, missing mailbox, or the store is not mounted.
> Is the store mounted, does the mailbox exist in this store, does the account own it? Then check the profile.

MAPI_E_SESSION_LIMIT
No more sessions are allowed.
> Close clients, find the program that leaks sessions.

MAPI_E_USER_CANCEL
The user broke the operation off.

MAPI_E_NETWORK_ERROR
The server could not be reached over the network (RPC).
> Check name resolution, port 135 and the RPC ports, and that the store service runs.

MAPI_E_DISK_ERROR
Reading or writing the disk failed.
> Check the System log, then "esekit check FILE".

MAPI_E_TOO_COMPLEX
The search or restriction is too complex for the server.
> Simplify the rule, view or search folder.

MAPI_E_EXTENDED_ERROR
The provider has more to say about the error.
> Look at the text that comes with it.

MAPI_E_CORRUPT_DATA
A value or an item is damaged.
> "esekit check FILE" for the database, isinteg for the store's logic; a single item can be deleted.

MAPI_E_UNCONFIGURED
The profile or service has not been configured.
> Recreate the profile.

MAPI_E_FAILONEPROVIDER
A provider of the profile failed, usually because the store is dismounted or stopped.
> Find out why the store does not mount: "esekit diagnose" over its event log and database; then try again.

MAPI_E_UNKNOWN_CPID
The server does not know the code page.
> Install the language files on the server.

MAPI_E_UNKNOWN_LCID
The server does not know the language.
> Install the language on the server.

MAPI_E_PASSWORD_CHANGE_REQUIRED
The password must be changed before logging on.
> Change it.

MAPI_E_PASSWORD_EXPIRED
The password has expired.
> Set a new one; for a service account let it never expire.

MAPI_E_INVALID_ACCESS_TIME
Logging on is not allowed at this time, or the clocks of client and server differ.
> Check logon hours and the clocks.

MAPI_E_ACCOUNT_DISABLED
The account is disabled.
> Enable it, or give the mailbox another master account.

MAPI_E_END_OF_SESSION
The server has ended the session, for instance because it was restarted.
> Log on again.

MAPI_E_UNKNOWN_ENTRYID
The identifier belongs to another store or provider.
> Open the object in the store it comes from.

MAPI_E_MISSING_REQUIRED_COLUMN
A property the call needs is missing.
> A damaged item or a program error.

MAPI_E_TOO_BIG
The value is too big for this call.
> Read it as a stream; a program error if it persists.

MAPI_E_UNABLE_TO_COMPLETE
The operation could not be completed.
> Try again with fewer items.

MAPI_E_TIMEOUT
The operation took too long.
> Look at the load and the disk latency of the server.

MAPI_E_TABLE_EMPTY
The table is empty although it must not be.
> Run isinteg -fix on the store.

MAPI_E_TABLE_TOO_BIG
The table is too big for the operation.
> Thin the folder out.

MAPI_E_CORRUPT_STORE
The message store is damaged in its logic.
> For a database "esekit check FILE" and isinteg -fix (newer servers: a mailbox repair request); for a .pst file
scanpst.

MAPI_E_NOT_IN_QUEUE
The message is no longer in the outgoing queue.

MAPI_E_COLLISION
A folder or item of that name exists already.
> Rename one of the two.

MAPI_E_NOT_INITIALIZED
MAPI was not started in this process, or the store is not ready.
> Start the client again; check the store service.

MAPI_E_NO_RECIPIENTS
The message has no recipients.
> Add one; in rules and agents check the address they forward to.

MAPI_E_SUBMITTED
The message has been submitted already and cannot be changed.

MAPI_E_HAS_FOLDERS
The folder still holds subfolders.
> Delete them first.

MAPI_E_HAS_MESSAGES
The folder still holds messages.
> Delete them first.

MAPI_E_FOLDER_CYCLE
A folder would be moved into itself.

MAPI_E_STORE_FULL
The store or mailbox is full.
> Raise the quota or archive.

MAPI_E_NAMED_PROP_QUOTA_EXCEEDED
The store can take no more named properties.
> Find the program that creates them; move the mailbox to another database.

MAPI_E_AMBIGUOUS_RECIP
The name fits several entries of the address book.
> Choose one; look for duplicate addresses.
`;
