/** An element of firewalld's files; text between elements says nothing there. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  /** From 1. */
  readonly line: number;
}

export interface XmlFile {
  readonly root: Element | undefined;
  /** Line of the first thing that is no XML of this kind. */
  readonly broken: number | undefined;
}

const MARK =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<(\/?)([A-Za-z_][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|</g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads the XML that firewalld writes: elements, attributes, comments. No document type and so no entities of its own: nothing is
 * ever fetched or expanded.
 */
export function readXml(text: string): XmlFile {
  let root: Element | undefined;
  let broken: number | undefined;
  const open: Element[] = [];
  let line = 1;
  let from = 0;
  for (const match of text.matchAll(MARK)) {
    const [whole, closing, name, attributes = '', empty] = match;
    for (let at = text.indexOf('\n', from); at >= 0 && at < match.index; at = text.indexOf('\n', at + 1)) line++;
    from = match.index;
    if (whole === '<') broken ??= line;
    if (name === undefined) continue;
    if (closing === '/') {
      if (open.pop()?.name !== name) broken ??= line;
      continue;
    }
    const element: Element = { name, attributes: attributesOf(attributes), children: [], line };
    const parent = open[open.length - 1];
    if (parent !== undefined) parent.children.push(element);
    else if (root === undefined) root = element;
    else broken ??= line;
    if (empty !== '/') open.push(element);
  }
  if (open.length > 0 || root === undefined) broken ??= line;
  return { root, broken };
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => [
      name,
      (double ?? single ?? '').replace(/&(\w+);/g, (whole, entity: string) => ENTITIES[entity] ?? whole),
    ]),
  );
}
