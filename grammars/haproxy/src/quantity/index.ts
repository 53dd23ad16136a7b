export { atoi, atol, isInteger, isPatternNumber, isWhole, strtol } from './integers.ts';
export { readSize, sizeFault } from './sizes.ts';
export { judgeTime, lacksUnit, parseTime, timeFault, timeWarning } from './times.ts';
