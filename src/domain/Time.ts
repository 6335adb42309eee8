/** A length of time in whole seconds, as STS counts (`DurationSeconds`). */
export type Seconds = number

/** A moment in milliseconds since 1970-01-01T00:00:00Z, as Effect's `Clock.currentTimeMillis` gives it. */
export type EpochMillis = number
