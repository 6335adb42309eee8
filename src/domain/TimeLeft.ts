/** A length of time as a person wants to know it: the two largest units, `11h 59m`, `3m 5s`, `12s`. */
export const formatTimeLeft = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor(seconds / 3600) % 24
  const minutes = Math.floor(seconds / 60) % 60
  const parts = days >= 2
    ? [`${days}d`, hours > 0 && `${hours}h`]
    : seconds >= 3600
    ? [`${days * 24 + hours}h`, minutes > 0 && `${minutes}m`]
    : [minutes > 0 && `${minutes}m`, (seconds % 60 > 0 || minutes === 0) && `${seconds % 60}s`]
  return parts.filter((part) => part !== false).join(" ")
}
