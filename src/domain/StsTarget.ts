/** Where STS is for a profile: always a region's own endpoint, because tokens of the global one fail in opt-in regions. */
export interface StsTarget {
  readonly region: string
  /** An endpoint that the user configured instead of AWS's own. */
  readonly endpoint?: string
  readonly fips: boolean
  readonly dualStack: boolean
  /** A PEM file of certificate authorities to trust instead of the system's. */
  readonly caBundle?: string
}
