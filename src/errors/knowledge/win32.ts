// What Win32 errors (files, services, RPC, sockets, DNS, directory) mean around a mail store or an ESE database. Own
// wording. An entry: symbol, meaning, and after `>` the advice; a blank line ends it.

/** Win32 errors. */
export const WIN32: string = `
ERROR_SUCCESS
Success: nothing went wrong.

ERROR_INVALID_FUNCTION
The device or file system does not know this request.
> Often a filter driver or a network share that offers less than a local disk.

ERROR_FILE_NOT_FOUND
The file is not there.
> Check the path; look into the virus scanner's quarantine.

ERROR_PATH_NOT_FOUND
The directory is not there.
> Check drive letter and path; a volume may be missing.

ERROR_ACCESS_DENIED
The account has no right to do this, or the file is marked read-only or about to be deleted.
> Check the rights of SYSTEM and the service account, and who has the file open.

ERROR_INVALID_HANDLE
A handle is no longer valid.
> Usually a consequence of an earlier error.

ERROR_NOT_ENOUGH_MEMORY
Memory ran out.
> Check memory use of the process and of the system pools.

ERROR_OUTOFMEMORY
Memory ran out.
> Check memory use of the process and of the system pools.

ERROR_NOT_READY
The device is not ready.
> The disk is offline or gone: check the System log.

ERROR_CRC
The disk reported a checksum error: the sector cannot be read.
> Replace the disk; copy the file with "esekit copy SRC DST" first, then "esekit check" on the copy.

ERROR_WRITE_FAULT
The device could not write.
> Check the System log for disk and controller events.

ERROR_READ_FAULT
The device could not read.
> Check the System log for disk and controller events.

ERROR_GEN_FAILURE
A device does not work.
> Check the System log for its driver and hardware.

ERROR_SHARING_VIOLATION
Another process has the file open.
> A mounted store, a virus scanner, a backup or a second tool: stop it or exclude the directory.

ERROR_LOCK_VIOLATION
Another process has locked this part of the file.
> As for a sharing violation: find the holder of the lock.

ERROR_HANDLE_EOF
The end of the file was reached: it is shorter than expected.
> Compare the size with the header ("esekit info FILE").

ERROR_HANDLE_DISK_FULL
The disk is full.
> Free or add space.

ERROR_DISK_FULL
The disk is full.
> Free or add space; do not delete transaction logs by hand.

ERROR_BAD_NETPATH
The network path was not found.
> Check name resolution and that the other machine is up.

ERROR_NETNAME_DELETED
The network connection was cut.
> Check network and the other machine; databases do not belong on shares.

ERROR_SEM_TIMEOUT
A device did not answer in time.
> Check storage path, cabling and multipath software.

ERROR_INVALID_PARAMETER
An argument is not valid.
> A program error, or an unsupported option of the file system.

ERROR_INVALID_NAME
The name of the file or directory is not valid.
> Check the path for forbidden characters.

ERROR_INSUFFICIENT_BUFFER
The room given for the answer is too small.
> A program error.

ERROR_MOD_NOT_FOUND
A library was not found.
> A file of the installation is missing; reinstall or set the path.

ERROR_PROC_NOT_FOUND
A function was not found in a library: versions are mixed.
> Reinstall the service pack.

ERROR_ALREADY_EXISTS
The object exists already.

ERROR_OPERATION_ABORTED
The request was cancelled, because the thread ended or the program asked for it.

ERROR_IO_PENDING
The request is under way.

ERROR_NOACCESS
A memory address is not accessible.
> A program error.

ERROR_SERVICE_REQUEST_TIMEOUT
The service did not answer the start request in time.
> The store may still be replaying logs: look at ESE events 300 to 302 before starting again.

ERROR_SERVICE_ALREADY_RUNNING
The service runs already.

ERROR_SERVICE_DISABLED
The service is disabled.
> Set its start type, and check the services it depends on.

ERROR_SERVICE_DOES_NOT_EXIST
There is no such service.

ERROR_EXCEPTION_IN_SERVICE
The service crashed.
> Look for the crash in the Application log.

ERROR_SERVICE_SPECIFIC_ERROR
The service ended with a code of its own.
> That code stands beside this one, as an unsigned number: look it up here.

ERROR_PROCESS_ABORTED
The process ended unexpectedly.
> Look for the crash in the Application log and for the first ESE error before it.

ERROR_SERVICE_DEPENDENCY_FAIL
A service this one needs did not start.
> Start with that one: for the information store usually the System Attendant.

ERROR_SERVICE_LOGON_FAILED
The service account could not log on.
> Set its password anew in the services console.

ERROR_FILE_INVALID
The volume of an open file was changed from outside.
> The disk was swapped, dismounted or failed over: restart the service.

ERROR_IO_DEVICE
The device reported an I/O error.
> Hardware: check the System log, replace the disk, then "esekit check FILE".

ERROR_DISK_OPERATION_FAILED
A disk operation failed even after retries.
> Hardware: check the System log.

ERROR_FILE_CORRUPT
The file or directory is damaged in the file system.
> Copy what is readable, then check the volume.

ERROR_DISK_CORRUPT
The structure of the disk is damaged.
> Copy what is readable, then check the volume.

ERROR_NO_SYSTEM_RESOURCES
The system lacks resources for the request.
> Kernel pools are exhausted, often by large backup or copy operations.

ERROR_NONPAGED_SYSTEM_RESOURCES
The non-paged pool of the kernel is used up.
> Find the leaking driver.

ERROR_COMMITMENT_LIMIT
The page file is too small for the memory asked for.
> Enlarge the page file.

ERROR_TIMEOUT
The operation took too long.

ERROR_NOT_FOUND
The element was not found.

ERROR_CANCELLED
The user broke the operation off.

ERROR_LOGON_FAILURE
User name or password is wrong.
> Check account, domain and password.

ERROR_ACCOUNT_RESTRICTION
A restriction of the account prevents the logon.
> Blank passwords, hours, workstations.

ERROR_PASSWORD_EXPIRED
The password has expired.
> Set a new one.

ERROR_ACCOUNT_DISABLED
The account is disabled.
> Enable it.

ERROR_ACCOUNT_LOCKED_OUT
The account is locked after too many failures.
> Unlock it; look for a service with an old password.

ERROR_NO_LOGON_SERVERS
No domain controller answers.
> Check DNS, network and the controllers.

ERROR_NO_SUCH_DOMAIN
The domain does not exist or cannot be reached.
> Check DNS.

ERROR_TRUST_FAILURE
The trust between two domains or machine and domain is broken.
> Reset the machine account or the trust.

ERROR_TRUSTED_RELATIONSHIP_FAILURE
The trust between machine and domain is broken.
> Reset the machine account.

ERROR_NONE_MAPPED
A name could not be turned into a security identifier.
> The account was deleted or cannot be resolved.

ERROR_PRIVILEGE_NOT_HELD
The account lacks a privilege.
> Exchange needs "Manage auditing and security log" on the controllers: check that policy.

RPC_S_SERVER_UNAVAILABLE
The other machine does not answer to RPC: it is down, the service is stopped, or a firewall blocks it.
> Check name resolution, port 135 and the service.

RPC_S_SERVER_TOO_BUSY
The other service is too busy for RPC.
> Try later; look at its load.

RPC_S_CALL_FAILED
The RPC connection broke during a call.
> The other service may have crashed: look at its log.

RPC_S_CALL_FAILED_DNE
The RPC call failed before it was carried out.
> Try again; look at the other service.

EPT_S_NOT_REGISTERED
The endpoint mapper knows no such service.
> The service on the other machine is not running.

RPC_S_SEC_PKG_ERROR
Authentication of the RPC call failed.
> Clocks, service principal names, machine account.

WSAECONNREFUSED
Nothing listens at the port, or the connection was refused.
> Is the service running; is the port right?

WSAETIMEDOUT
The other side did not answer in time.
> Network, firewall, or the host is down.

WSAECONNRESET
The other side cut the connection.
> Look at its log; a firewall with SMTP inspection is a usual suspect.

WSAEHOSTUNREACH
There is no route to the host.
> Check routing.

WSAEADDRINUSE
The address and port are in use already.
> Another server listens there: stop it or choose another port.

WSAHOST_NOT_FOUND
The name was not found in DNS.
> Check the name and the DNS servers.

WSATRY_AGAIN
DNS gave no final answer.
> Try again; check the DNS servers.

DNS_ERROR_RCODE_NAME_ERROR
The name does not exist in DNS.
> Check the domain name.

DNS_ERROR_RCODE_SERVER_FAILURE
The DNS server failed.
> Check forwarders and the server.

DNS_INFO_NO_RECORDS
DNS knows the name but has no record of the kind asked for.
> For mail: there is no MX record.

ERROR_DS_SERVER_DOWN
The directory server is not operational.
> Check the domain controller, LDAP ports 389 and 3268, and DNS.

ERROR_DS_NO_SUCH_OBJECT
The directory has no such object.
> Check the name, replication and deleted objects.

ERROR_DS_UNWILLING_TO_PERFORM
The directory refuses the request.
> A rule of the directory: read the extended error.

ERROR_DS_OPERATIONS_ERROR
The directory could not carry the operation out, often because the connection is not authenticated.

ERROR_DS_NO_ATTRIBUTE_OR_VALUE
The object has no such attribute or value.

ERROR_DS_CONSTRAINT_VIOLATION
The value breaks a rule of the attribute.
`;
