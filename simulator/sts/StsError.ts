/** An error answer of STS: HTTP status, code, message. */
export class StsError extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, message: string, status: number) {
    super(message)
    this.code = code
    this.status = status
  }
}

export const accessDenied = (message: string): StsError => new StsError("AccessDenied", message, 403)

export const invalidToken = (): StsError =>
  new StsError("InvalidClientTokenId", "The security token included in the request is invalid.", 403)

export const signatureMismatch = (message: string): StsError => new StsError("SignatureDoesNotMatch", message, 403)

export const validation = (message: string): StsError => new StsError("ValidationError", message, 400)
