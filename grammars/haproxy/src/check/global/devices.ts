import { refuse, type Checker } from '../run.ts';

const BUILDS: readonly (readonly [option: string, words: readonly string[]])[] = [
  [
    'USE_51DEGREES',
    ['51degrees-cache-size', '51degrees-data-file', '51degrees-property-name-list', '51degrees-property-separator'],
  ],
  [
    'USE_DEVICEATLAS',
    ['deviceatlas-json-file', 'deviceatlas-log-level', 'deviceatlas-properties-cookie', 'deviceatlas-separator'],
  ],
  ['USE_WURFL', ['wurfl-cache-size', 'wurfl-data-file', 'wurfl-information-list', 'wurfl-information-list-separator']],
];

const refused =
  (word: string, option: string): Checker =>
  (run, line) => {
    refuse(run, 'unknown-keyword', run.lines.at(line, 0), `'${word}' needs a haproxy that was built with ${option}`, {
      help: 'Packages of distributions and the official images are built without it.',
    });
  };

/** Databases of devices: no usual build knows their keywords. */
export const DEVICES: readonly (readonly [string, Checker])[] = BUILDS.flatMap(([option, words]) =>
  words.map((word) => [word, refused(word, option)] as const),
);
