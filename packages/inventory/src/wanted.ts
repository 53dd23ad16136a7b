import { languageOf } from '@halint/engine';
import { HOST_FOLDERS } from './host-paths.ts';
import { isFactFile, isFactName } from './network/index.ts';

/** Folders in which every name may be asked for by an include, a script or a name of a setting. */
const DAEMON_FOLDERS = /^(usr\/local\/)?etc\/(keepalived|haproxy|ssh)\/|sysctl\.d\//;

/** Names that a file has in the folders that are read: they tell whether a link may stand for such a folder. */
const SAMPLES = ['x.conf', 'x.yaml', 'x.network', 'x.xml', 'x.nft', 'ifcfg-x'];

/**
 * Would anything be read of a file or folder at this path (from the root, without `/` in front)? The other links of those folders,
 * such as units of strangers, lead anywhere and concern nobody.
 */
export function isWanted(path: string): boolean {
  return (
    isWantedFile(path) ||
    HOST_FOLDERS.includes(path) ||
    /^etc\/systemd\/system\/[^/]+\.(?:wants|requires)$/.test(path) ||
    SAMPLES.some((name) => isWantedFile(`${path}/${name}`))
  );
}

/** The same of a file alone. */
export function isWantedFile(path: string): boolean {
  return DAEMON_FOLDERS.test(path) || languageOf(`/${path}`) !== undefined || isFact(path);
}

/** Are facts taken from a file at this path, from the root? */
export function isFact(path: string): boolean {
  return path.startsWith('facts/') ? isFactName(path.slice('facts/'.length)) : isFactFile(`/${path}`);
}
