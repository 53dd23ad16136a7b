/** Placeholders of template engines: what they become is not known. */
export function isPlaceholder(text: string): boolean {
  return /\{\{|\{%|<%/.test(text);
}
