export interface OpVault {
  readonly id: string
  readonly name: string
}

/** An item as a list shows it: without its fields. */
export interface OpItemHeader {
  readonly id: string
  readonly title: string
  /** `LOGIN`, `API_CREDENTIAL`, … */
  readonly category: string
  readonly tags: ReadonlyArray<string>
  readonly vault: OpVault
  /** What the app shows below the title: a user name, most often. */
  readonly subtitle?: string
}
