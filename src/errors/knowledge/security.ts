// What errors of authentication and certificates mean around mail transport. Own wording.
// An entry: symbol, meaning, and after `>` the advice; a blank line ends it.

/** SSPI, Schannel, certificates. */
export const SECURITY: string = `
SEC_E_LOGON_DENIED
The other side did not accept the logon: wrong credentials, or a server outside the organization was asked to log on.
> Event 1706 with it, while mail flows, is by-catch of logging at the highest level: ignore it. If mail stops: check the
account, setspn for the SMTP service, and the clock.

SEC_E_INSUFFICIENT_MEMORY
Memory ran out during authentication.

SEC_E_INVALID_HANDLE
A security handle is not valid.
> A consequence of an earlier error.

SEC_E_UNSUPPORTED_FUNCTION
The security package does not offer what was asked.

SEC_E_TARGET_UNKNOWN
There is no account with the name of the service that was asked for.
> A service principal name is missing: setspn -L SERVER; check DNS aliases.

SEC_E_INTERNAL_ERROR
The security authority failed.
> Check the domain controller and the security log.

SEC_E_SECPKG_NOT_FOUND
The security package asked for does not exist.

SEC_E_INVALID_TOKEN
The token received makes no sense: another mechanism, or something in between changed it.
> Check that both sides offer the same mechanism and that no inspection device alters AUTH or TLS.

SEC_E_NO_CREDENTIALS
There are no credentials to use.
> The service has no account for this, or no certificate.

SEC_E_NO_AUTHENTICATING_AUTHORITY
No domain controller could be asked.
> Check DNS, network and ports 88, 389, 445.

SEC_E_MESSAGE_ALTERED
A message was altered on the way or the key is wrong.
> Reset the machine account; look for an inspection device.

SEC_E_OUT_OF_SEQUENCE
Messages arrived out of order.

SEC_E_CONTEXT_EXPIRED
The security context has expired.
> The connection must be made again.

SEC_E_INCOMPLETE_MESSAGE
The message is not complete yet.

SEC_E_BUFFER_TOO_SMALL
The room given is too small.

SEC_E_WRONG_PRINCIPAL
The ticket or certificate is for another name than the one that was asked for.
> A service principal name is on the wrong account (setspn -X), or the certificate does not carry this name.

SEC_E_TIME_SKEW
The clocks of the two machines differ too much.
> Synchronize the time (w32tm); Kerberos allows five minutes.

SEC_E_UNTRUSTED_ROOT
The certificate was issued by an authority that is not trusted here.
> Install the root certificate or use another certificate.

SEC_E_CERT_UNKNOWN
The certificate could not be checked.

SEC_E_CERT_EXPIRED
The certificate has expired.
> Renew it and bind it to the service again.

SEC_E_ENCRYPT_FAILURE
Encryption failed.

SEC_E_DECRYPT_FAILURE
Decryption failed: another key, or the data was altered.

SEC_E_ALGORITHM_MISMATCH
Client and server have no algorithm in common.
> Allow a common TLS version and cipher.

SEC_E_UNSUPPORTED_PREAUTH
Kerberos cannot use this kind of pre-authentication.
> Usually a smart card or certificate problem.

SEC_E_DELEGATION_REQUIRED
The service needs an account trusted for delegation.

SEC_E_KDC_UNABLE_TO_REFER
The Kerberos service could not refer to another domain.
> Check trusts and suffix routing.

SEC_E_NO_KERB_KEY
The account has no key of the kind Kerberos asks for.
> Set its password anew; check the allowed encryption types.

SEC_I_CONTINUE_NEEDED
Authentication goes on; this is not an error.

SEC_I_CONTEXT_EXPIRED
The other side has closed the secure connection properly.

SEC_I_INCOMPLETE_CREDENTIALS
The server asks for a client certificate and none was given.

SEC_I_RENEGOTIATE
The other side wants to negotiate anew; this is not an error.

CRYPT_E_NOT_FOUND
The certificate or key was not found.
> Check the certificate store of the machine account and the private key.

CRYPT_E_REVOKED
The certificate was revoked.
> Replace it.

CRYPT_E_REVOCATION_OFFLINE
The revocation list could not be reached.
> Let the server reach the address named in the certificate.

CRYPT_E_NO_REVOCATION_CHECK
Revocation could not be checked.

CERT_E_EXPIRED
The certificate is not valid at this time.
> Renew it; check the clock.

CERT_E_UNTRUSTEDROOT
The certificate chain ends in a root that is not trusted.
> Install the root certificate.

CERT_E_CN_NO_MATCH
The name in the certificate is not the one that was asked for.
> Use a certificate with this name.

CERT_E_CHAINING
A link of the certificate chain is missing.
> Install the intermediate certificate on the server.

NTE_BAD_KEYSET
The private key does not exist or cannot be opened.
> Import the certificate with its key; check the rights on the key.

NTE_KEYSET_NOT_DEF
The key container is not defined.

NTE_PERM
Access to the key was refused.
> Give the service account the right to the private key.
`;
