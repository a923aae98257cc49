// What message numbers of the Exchange programs mean, and what to do. Own wording.
// An entry: number in hexadecimal, meaning, and after `>` the advice; a blank line ends it.

/** Exchange programs. */
export const EXCHANGE: string = `
c1041724
The store could not be mounted; System Manager does not say why.
> The reason is the ESE or MSExchangeIS event of the same minute: "esekit diagnose" over log and database. Often a
missing log (-528), a locked file (-1032) or a damaged database.

c1041722
System Manager could not find the object of the store in the directory.
> Wait for replication; check the rights of the Exchange servers group and look for the object in LostAndFound.

c1041737
The store could not be mounted because a file is missing or in use.
> Look into the virus scanner's quarantine and exclude the directories; restore the file. See the ESE event (-1811,
-1032).

c1041739
The store could not be mounted because its logs cannot be used.
> "esekit info FILE": when Clean Shutdown, move the logs away; otherwise restore. See the ESE event (-501, -515).

c104173b
The database files of the store are damaged.
> Copy them, then "esekit check FILE" and "esekit info FILE"; recover or restore first, repair last.

c1040af2
The information store does not have the object, mostly a public folder.
> Add a replica or remove the orphaned entry.

c1040af3
The administrator lacks the permission on the information store.
> For folders of another site: the limit of administrative access to the home site.

c1040b00
A move left the same mailbox twice; the second copy was deleted.
> Restore the mailbox if mail is missing; run the consistency adjuster.

c1030af3
The HTTP service of the public folders is not available, because no public store is mounted or the store does not run.
> Mount the public store; check the web virtual directories.

c1031667
The Administrator program has no extension file for this connector or processor type, often left by an uninstalled one.
> Remove the leftover connector object, or install its administration files.

80040a02
Exchange found no domain controller it can use.
> Check that the machine is in the Exchange servers group, the policy "Manage auditing and security log", sites and DNS.

80040546
The categorizer could not resolve the recipient (seen with 5.1.1 and 5.5.0).
> Check the address in the directory.

c00402d1
The message waited in the queue until its time was over (seen with 4.4.7).
> Read the last error of that queue.

c05a6
The recipient is not known here.
> Check the directory entry and its proxy addresses.

b09b6
The remote server refused; its text says why.

b09aa
The remote server refused; its text says why.

b099c
The remote server refused; its text says why.

d06b5
The recipient has no address of the kind needed.
> Add the proxy address.

120270
The message goes round in circles.
> Look at MX records and forwarding.
`;
