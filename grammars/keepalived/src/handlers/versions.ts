/** Is the target keepalived 2.3 or later? */
export function atLeast23(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 3);
}
