// What HRESULT, NTSTATUS, LDAP and shadow copy codes mean around a mail store or an ESE database. Own wording.
// An entry: symbol, meaning, and after `>` the advice; a blank line ends it.

/** HRESULTs of Windows itself. */
export const HRESULT: string = `
E_FAIL
Something failed; this code does not tell what.
> Look for the code beside it (ec=..., a JET error) and for events of the same minute.

E_UNEXPECTED
A state the program did not expect, often an item whose content is damaged.
> Look at the events around it; find the item.

E_ACCESSDENIED
Access was refused.
> Check the rights of the account.

E_OUTOFMEMORY
Memory ran out.
> Check memory use; restart the process.

E_INVALIDARG
An argument is not valid.
> A program error or a damaged value.

E_NOTIMPL
The function is not implemented.

E_NOINTERFACE
The object does not offer the interface asked for.
> A component is not registered, or versions are mixed.

E_POINTER
A pointer is not valid.
> A program error.

E_HANDLE
A handle is not valid.

E_ABORT
The operation was aborted.

REGDB_E_CLASSNOTREG
A component is not registered.
> Register the library again or reinstall.

CO_E_NOTINITIALIZED
COM was not started in this thread.
> A program error.

CO_E_CLASSSTRING
A class name or identifier is not valid.
> The component is not installed.

CO_E_SERVER_EXEC_FAILURE
The server process could not be started.
> Rights (DCOM), or the server crashes at start.

RPC_E_SERVERFAULT
The other process crashed during the call.
> Look at its log.

STG_E_INVALIDHEADER
The file is not a compound document or its header is damaged.
`;

/** NTSTATUS codes. */
export const NTSTATUS: string = `
STATUS_SUCCESS
Success: nothing went wrong.

STATUS_ACCESS_DENIED
Access was refused.
> Check the rights of the account.

STATUS_ACCESS_VIOLATION
The program touched memory that is not its own and crashed.
> A program error: look for an update; a damaged item can provoke it.

STATUS_IN_PAGE_ERROR
A part of a file or of the page file could not be read into memory.
> Disk or storage path: check the System log.

STATUS_NO_MEMORY
Memory ran out.

STATUS_OBJECT_NAME_NOT_FOUND
The file or object is not there.

STATUS_SHARING_VIOLATION
Another process has the file open.
> Find and stop it.

STATUS_DISK_FULL
The disk is full.
> Free or add space.

STATUS_CRC_ERROR
The disk reported a checksum error.
> Replace the disk.

STATUS_DEVICE_DATA_ERROR
The device reported damaged data.
> Replace the disk; check the file afterwards.

STATUS_IO_DEVICE_ERROR
The device reported an I/O error.
> Check the System log.

STATUS_FILE_CORRUPT_ERROR
A file or directory is damaged in the file system.
> Copy what is readable, then check the volume.

STATUS_DISK_CORRUPT_ERROR
The structure of the disk is damaged.
> Copy what is readable, then check the volume.

STATUS_INSUFFICIENT_RESOURCES
The system lacks resources for the request.

STATUS_DELETE_PENDING
The file is about to be deleted.
> It goes away when its last user closes it.

STATUS_LOGON_FAILURE
User name or password is wrong.
> Check account, domain and password.

STATUS_ACCOUNT_LOCKED_OUT
The account is locked after too many failures.
> Unlock it; look for a service with an old password.

STATUS_PASSWORD_EXPIRED
The password has expired.

STATUS_ACCOUNT_DISABLED
The account is disabled.

STATUS_WRONG_PASSWORD
The password is wrong.

STATUS_NO_SUCH_USER
There is no such account.

STATUS_TIME_DIFFERENCE_AT_DC
The clocks of client and domain controller differ too much.
> Synchronize the time.

STATUS_NO_LOGON_SERVERS
No domain controller answers.
> Check DNS and network.

STATUS_TRUSTED_RELATIONSHIP_FAILURE
The trust between machine and domain is broken.
> Reset the machine account.

STATUS_STACK_BUFFER_OVERRUN
A program found its stack overwritten and ended itself.
> A program error.
`;

/** LDAP results. */
export const LDAP: string = `
LDAP_INVALID_CREDENTIALS
Name or password of the directory logon is wrong.
> Check the account.

LDAP_NO_SUCH_OBJECT
The directory has no such object.
> Check the name and replication.

LDAP_INSUFFICIENT_RIGHTS
The account has no right to this in the directory.
> Check the permissions of the Exchange servers group.

LDAP_SERVER_DOWN
The directory server cannot be reached.
> Check the controller, ports 389 and 3268, and DNS.

LDAP_TIMEOUT
The directory did not answer in time.
> Look at the load of the controller.

LDAP_BUSY
The directory server is too busy.

LDAP_UNAVAILABLE
The directory server is not available.

LDAP_UNWILLING_TO_PERFORM
The directory refuses the request.

LDAP_SIZELIMIT_EXCEEDED
The search found more than the server returns.
> Narrow it or page through the results.

LDAP_CONSTRAINT_VIOLATION
The value breaks a rule of the attribute.

LDAP_ALREADY_EXISTS
The object exists already.
`;

/** Shadow copies. */
export const VSS: string = `
VSS_E_BAD_STATE
The steps of the shadow copy came in the wrong order.
> Start the backup again; restart the shadow copy service.

VSS_E_UNEXPECTED
The shadow copy service met an unexpected error.
> Look for its event; restart the service.

VSS_E_PROVIDER_VETO
The snapshot provider refused.
> Check the provider of the storage and its log.

VSS_E_INSUFFICIENT_STORAGE
There is not enough room for the shadow copy.
> Enlarge or move the shadow storage.

VSS_E_FLUSH_WRITES_TIMEOUT
Writes could not be flushed in time.
> The disk is too busy: back up at a quiet time.

VSS_E_HOLD_WRITES_TIMEOUT
Writes could not be held long enough.
> The disk is too busy: back up at a quiet time.

VSS_E_SNAPSHOT_SET_IN_PROGRESS
Another shadow copy is being made.
> Wait; two backup programs at once do not work.

VSS_E_WRITER_INFRASTRUCTURE
The writers cannot be reached.
> Restart the shadow copy and COM+ event services.

VSS_E_WRITER_NOT_RESPONDING
A writer does not answer.
> Restart the service it belongs to (for the store: the information store).

VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT
The shadow copy lacks a volume the writer needs.
> Include all volumes with databases and logs.

VSS_E_WRITERERROR_OUTOFRESOURCES
The writer ran out of resources.

VSS_E_WRITERERROR_TIMEOUT
The writer took too long to hold still.
> Slow disks or too many snapshots; try at a quiet time.

VSS_E_WRITERERROR_RETRYABLE
The writer failed this time.
> Try again; look at its events if it stays. For the store: is a backup still marked as running?

VSS_E_WRITERERROR_NONRETRYABLE
The writer failed and will fail again until its cause is removed.
> Look at its event, often an ESE error: look that up.
`;
