/** One step of a pattern inside a name: a byte, any byte, any number of bytes, or one byte of a set. */
type Step = 'one' | 'any' | number | ((byte: number) => boolean);

/** The classes of `[[:name:]]` in the C locale, for one byte: sshd sets no other locale. */
const CLASSES = new Map<string, RegExp>([
  ['alnum', /[0-9A-Za-z]/],
  ['alpha', /[A-Za-z]/],
  ['blank', /[ \t]/],
  ['cntrl', /[\0-\x1f\x7f]/],
  ['digit', /[0-9]/],
  ['graph', /[!-~]/],
  ['lower', /[a-z]/],
  ['print', /[ -~]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /[ \t\n\v\f\r]/],
  ['upper', /[A-Z]/],
  ['xdigit', /[0-9A-Fa-f]/],
]);

/** A byte of a pattern, and whether a backslash in front of it takes its meaning away. */
interface Byte {
  readonly value: number;
  readonly quoted: boolean;
}

const ENCODER = new TextEncoder();
const codeOf = (character: string): number => character.charCodeAt(0);
const isPlain = (byte: Byte | undefined, character: string): boolean =>
  byte !== undefined && !byte.quoted && byte.value === codeOf(character);

/**
 * Does a path match the pattern of an `Include`? sshd brings its own glob(3) (openbsd-compat/glob.c, called with flags 0 by servconf.c): bytes, not
 * characters; no braces, `**` is `*`; `!` negates a set and `^` does not; a leading dot is only met by a dot. Both are absolute paths.
 */
export function globOf(pattern: string): (path: string) => boolean {
  const steps = pattern.split('/').map(stepsOf);
  return (path) => {
    const names = path.split('/');
    if (names.length !== steps.length) return false;
    return names.every((name, i) => {
      const wanted = steps[i];
      return wanted !== undefined && matchesName(ENCODER.encode(name), wanted);
    });
  };
}

/** The steps of one name of a pattern, as glob0() compiles them; undefined where it finds nothing whatever the files are. */
function stepsOf(pattern: string): readonly Step[] | undefined {
  const bytes = bytesOf(pattern);
  const steps: Step[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as Byte;
    if (isPlain(byte, '?')) steps.push('one');
    else if (isPlain(byte, '*')) steps.push('any');
    else if (isPlain(byte, '[') && isClosed(bytes, at)) {
      const set = setOf(bytes, at + 1);
      if (set === undefined) return undefined;
      steps.push(set.step);
      at = set.end;
    } else steps.push(byte.value);
  }
  return steps;
}

/** A backslash takes the meaning of the byte behind it; at the end it stands for itself. */
function bytesOf(pattern: string): readonly Byte[] {
  const bytes: Byte[] = [];
  const raw = ENCODER.encode(pattern);
  for (let at = 0; at < raw.length; at++) {
    const quoted = raw[at] === codeOf('\\');
    if (quoted && at + 1 < raw.length) at++;
    bytes.push({ value: raw[at] as number, quoted });
  }
  return bytes;
}

/** Has the `[` at `at` its `]`? The first byte of a set is never its end, so that `[]a]` is a set. */
function isClosed(bytes: readonly Byte[], at: number): boolean {
  const first = at + (isPlain(bytes[at + 1], '!') ? 2 : 1);
  return bytes.slice(first + 1).some((byte) => isPlain(byte, ']'));
}

/** The set that begins behind a `[`, and where its `]` stands; undefined for a class that there is not and for a set that only its class closes. */
function setOf(bytes: readonly Byte[], start: number): { step: (byte: number) => boolean; end: number } | undefined {
  const negated = isPlain(bytes[start], '!');
  const members: ((byte: number) => boolean)[] = [];
  const first = start + (negated ? 1 : 0);
  for (let at = first; at < bytes.length; at++) {
    const byte = bytes[at] as Byte;
    if (at > first && isPlain(byte, ']')) {
      return { step: (value) => members.some((isMember) => isMember(value)) !== negated, end: at };
    }
    const name = isPlain(byte, '[') ? classAt(bytes, at + 1) : undefined;
    if (name !== undefined) {
      const ofClass = CLASSES.get(name);
      if (ofClass === undefined) return undefined;
      members.push((value) => ofClass.test(String.fromCharCode(value)));
      at += name.length + 3;
      continue;
    }
    const last = isPlain(bytes[at + 1], '-') && !isPlain(bytes[at + 2], ']') ? bytes[at + 2] : undefined;
    const from = byte.value;
    const to = last?.value ?? from;
    members.push((value) => from <= value && value <= to);
    if (last !== undefined) at += 2;
  }
  return undefined;
}

/** The name between `[:` and `:]`; `at` is the place of the first colon (g_charclass). */
function classAt(bytes: readonly Byte[], at: number): string | undefined {
  if (!isPlain(bytes[at], ':')) return undefined;
  const colon = bytes.findIndex((byte, i) => i > at && isPlain(byte, ':'));
  if (colon < 0 || !isPlain(bytes[colon + 1], ']')) return undefined;
  return bytes.slice(at + 1, colon).reduce((name, { value }) => name + String.fromCharCode(value), '');
}

/** match(): the last star alone is ever tried again. A leading dot must be written (glob3). */
function matchesName(name: Uint8Array, steps: readonly Step[]): boolean {
  if (name[0] === codeOf('.') && steps[0] !== codeOf('.')) return false;
  let [at, step] = [0, 0];
  let star: { readonly step: number; at: number } | undefined;
  while (at < name.length || step < steps.length) {
    const wanted = steps[step];
    if (wanted === 'any') {
      star = { step: ++step, at };
      continue;
    }
    if (at < name.length && wanted !== undefined && meets(name[at] as number, wanted)) {
      at++;
      step++;
      continue;
    }
    if (star === undefined || star.at >= name.length) return false;
    star.at++;
    [at, step] = [star.at, star.step];
  }
  return true;
}

function meets(byte: number, step: Step): boolean {
  if (typeof step === 'function') return step(byte);
  return step === 'one' || step === byte;
}
