#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { start } from './start.js';

start({ cached: true });

// Compile only what is really hot. A run of lint takes a second or so; with the usual budget (66 KiB of executed bytecode) a third of
// its CPU time goes into optimised code for 240 functions, most of which have little left to do when it is ready. Twelve times as much
// leaves the 80 that earn it. A server that stays needs none of this. Measured with Node 20; other majors have other flags, and an
// unknown one is printed as an error. It comes behind the start, because a code cache is only taken under the flags that it was made with.
if (process.versions.node.startsWith('20.') && process.argv[2] !== 'lsp')
  setFlagsFromString('--interrupt-budget=800000');
