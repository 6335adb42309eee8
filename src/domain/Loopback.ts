/**
 * Whether a host, as `URL` writes it, is this machine itself: 127.0.0.0/8, ::1 or localhost. What is sent there in the
 * clear leaves no machine.
 */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host)
