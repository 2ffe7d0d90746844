/**
 * Returns the form that is hashed and compared, so that the same password typed on another keyboard results in the same
 * bytes (NIST SP 800-63B §3.1.1.2).
 */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/** Returns the form for comparison with known passwords: case and surrounding blanks make no difference. */
export function passwordLikeness(text: string): string {
  return normalizePassword(text).trim().toLowerCase();
}
