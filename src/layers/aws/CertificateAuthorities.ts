import { X509Certificate } from "node:crypto"
import * as Tls from "node:tls"
import { type Environment, variable } from "../../domain/base/Environment.ts"
import { readPlainFile } from "../host/PlainFile.ts"

/** Trust in the certificate authorities of a PEM text and no others. Throws where there are none in it. */
export const trusting = (pem: string): Tls.SecureContext => {
  // OpenSSL passes over what it cannot read and would end up trusting nobody.
  const [first] = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/s.exec(pem) ?? []
  if (first === undefined) throw new Error("it holds no certificate")
  new X509Certificate(first)
  return Tls.createSecureContext({ ca: pem })
}

/**
 * The authorities that the runtime brings, and with them those of the system only where the runtime takes them by
 * itself. Undefined leaves it at that, which costs least. NODE_EXTRA_CA_CERTS, which both runtimes obey, would add others;
 * where it is set, the list is spelled out, and nobody is trusted for it.
 */
export const ownTrust = (environment: Environment): Tls.SecureContext | undefined =>
  variable(environment, "NODE_EXTRA_CA_CERTS") === undefined
    ? undefined
    : Tls.createSecureContext({ ca: [...Tls.rootCertificates] })

/** Where the Linux distributions keep the certificate authorities in one file (Go, crypto/x509, root_linux.go). */
const usualFiles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem"
]

/** What is no file is none of them: a FIFO would keep us waiting in the middle of a handshake. */
const textOf = (path: string): string | undefined => {
  try {
    return readPlainFile(path)
  } catch {
    return undefined
  }
}

/** The file that SSL_CERT_FILE names, else the first of the usual ones, as OpenSSL's and Go's programs have it. */
const inFiles = (environment: Environment): string | undefined => {
  const named = variable(environment, "SSL_CERT_FILE")
  for (const path of named === undefined ? usualFiles : [named]) {
    const text = textOf(path)
    if (text !== undefined) return text
  }
  return undefined
}

/**
 * The certificate authorities that the administrator of this system trusts: those of the network that inspects TLS are
 * often among them. Node and Bun bring their own list and do not look here; reading the system's costs them more than
 * all the rest of a call, so that it is for when theirs did not do. Undefined where the system says nothing.
 */
export const systemTrust = (environment: Environment): Tls.SecureContext | undefined => {
  try {
    const authorities = process.platform === "darwin" ? Tls.getCACertificates("system") : inFiles(environment)
    return authorities === undefined || authorities.length === 0 ? undefined : Tls.createSecureContext({ ca: authorities })
  } catch {
    return undefined
  }
}
