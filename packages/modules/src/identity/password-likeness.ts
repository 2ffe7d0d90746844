/** The form that is hashed and compared: the same password typed on another keyboard gives the same bytes (NIST SP 800-63B §3.1.1.2). */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/** Case and blanks around it do not make a known password another one. */
export function passwordLikeness(text: string): string {
  return normalizePassword(text).trim().toLowerCase();
}
