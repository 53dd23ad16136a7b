import type { Place } from '@halint/core';
import type { Logical, Value } from '../stream/logical.ts';
import { isUnterminated } from '../stream/physical.ts';
import type { Call, Handler } from './call.ts';
import { heeds, type KeywordNode, type Level, type Process } from './keyword-tree.ts';
import type { Messages, More } from './messages.ts';
import type { State } from './state.ts';
import { isPlaceholder } from './placeholder.ts';
import { simpleHandler } from './simple.ts';
import { unknownKeyword } from './unknown.ts';

/** A statement that keepalived took, in the block that it took it for. */
export interface Taken {
  readonly keyword: Value;
  readonly args: readonly Value[];
  readonly isBlock: boolean;
  readonly children: readonly Taken[];
  readonly at: Place;
}

export interface Handlers {
  /** By `path/word`. */
  readonly statements: ReadonlyMap<string, Handler>;
  /** Run when a block of keywords ends, by its path. */
  readonly ends: ReadonlyMap<string, (call: Call) => void>;
}

/** Lines that are not understood because of one above. */
interface Cascade {
  readonly cause: Place;
  readonly word: string;
}

/** Blocks inside blocks; no keyword of keepalived stands deeper than five. */
const MOST_NESTED = 64;

/** What one of keepalived's processes does with the lines (lib/parser.c process_stream): it heeds its own blocks and skips the others. */
export class Run {
  readonly #process: Process;
  readonly #lines: readonly Logical[];
  readonly #handlers: Handlers;
  readonly #messages: Messages;
  readonly #state: State;
  readonly #version: string;
  #next = 0;
  /** Open braces of a block that is skipped; -1 = such a block may follow. */
  #skipping = 0;
  #level = 0;
  #cascade: Cascade | undefined;
  #ended = false;

  constructor(
    process: Process,
    lines: readonly Logical[],
    handlers: Handlers,
    messages: Messages,
    state: State,
    version: string,
  ) {
    this.#process = process;
    this.#lines = lines;
    this.#handlers = handlers;
    this.#messages = messages;
    this.#state = state;
    this.#version = version;
  }

  /** keepalived gave up: nothing behind was read. */
  get ended(): boolean {
    return this.#ended;
  }

  read(root: Level): readonly Taken[] {
    const taken: Taken[] = [];
    this.#block(root, 'root', false, taken);
    return taken;
  }

  #take(): Logical | undefined {
    return this.#ended ? undefined : this.#lines[this.#next++];
  }

  /** Reads one block; true when it was skipped from inside. */
  #block(level: Level, path: string, needsOpen: boolean, into: Taken[]): boolean {
    let open = needsOpen;
    for (let line = this.#take(); line !== undefined; line = this.#take()) {
      if (this.#skipping === -1) {
        if (line.kind === 'open') {
          this.#skipping = 1;
          open = false;
          continue;
        }
        this.#skipping = 0;
      }
      if (this.#skipping > 0) {
        if (line.kind === 'open') this.#skipping++;
        else if (line.kind === 'close' && --this.#skipping === 0 && this.#level > 0) return true;
        continue;
      }
      if (open) {
        open = false;
        if (line.kind === 'open') continue;
        this.#say(line, 'vrrp/unbalanced-braces', 'the block of the line above has no opening brace');
      } else if (line.kind === 'open') {
        this.#say(line, 'vrrp/unbalanced-braces', '{ opens no block here: keepalived passes over it');
        this.#cascade ??= { cause: line.at, word: '{' };
        continue;
      }
      if (line.kind === 'close' && this.#level > 0) return false;
      this.#statement(line, level, path, into);
    }
    return false;
  }

  #statement(line: Logical, level: Level, path: string, into: Taken[]): void {
    const [keyword, ...args] = line.words;
    if (line.unmatched !== undefined) this.#unmatched(line, keyword, level);
    if (keyword === undefined) return;
    const node = level.get(keyword.text);
    if (node === undefined) return this.#unknown(line, keyword, level, path);
    if (path === 'root') this.#cascade = undefined;
    const here = path === 'root' ? keyword.text : `${path}/${keyword.text}`;
    if (!heeds(this.#process, node)) {
      // Keywords of another process's block are not known to this one (install_keyword_root).
      this.#skipping = -1;
      return;
    }
    const children: Taken[] = [];
    const call = this.#call(line, node, keyword, args, children);
    const { inside } = node;
    if (this.#state.heeds(path)) this.#handle(node, here, call);
    into.push({ keyword, args, isBlock: inside !== undefined || node.row.block === 'values', children, at: line.at });
    if (inside === undefined || this.#ended || this.#level >= MOST_NESTED) return;
    this.#level++;
    const skipped = this.#block(inside, here, true, children);
    this.#level--;
    if (skipped) into.pop();
    else if (this.#state.heeds(here)) this.#handlers.ends.get(here)?.(call);
    this.#state.close(here);
  }

  #handle(node: KeywordNode, here: string, call: Call): void {
    const { takes, block } = node.row;
    const handler = this.#handlers.statements.get(here) ?? (takes === undefined ? undefined : simpleHandler(takes));
    if (handler !== undefined) handler(call);
    else if (block === 'values') call.values();
  }

  #call(line: Logical, node: KeywordNode, keyword: Value, args: readonly Value[], children: Taken[]): Call {
    return {
      node,
      keyword,
      args,
      line,
      state: this.#state,
      messages: this.#messages,
      version: this.#version,
      values: (names = 0) => this.#values(keyword, args.slice(names), children),
      skip: () => {
        this.#skipping = -1;
      },
      end: () => {
        this.#ended = true;
      },
    };
  }

  /** The lines of a block of values (lib/parser.c alloc_value_block). */
  #values(keyword: Value, args: readonly Value[], children: Taken[]): readonly (readonly Value[])[] {
    const found: (readonly Value[])[] = [];
    const [extra] = args;
    if (extra !== undefined)
      this.#messages.reject(
        'vrrp/unexpected-argument',
        extra.at,
        `${keyword.text} takes nothing but its block, found ${extra.text}`,
      );
    let open = true;
    for (let line = this.#take(); line !== undefined; line = this.#take()) {
      if (open) {
        open = false;
        if (line.kind === 'open') continue;
      }
      if (line.kind === 'close') break;
      const [first, ...rest] = line.words;
      this.#quote(line);
      if (first === undefined) continue;
      found.push(line.words);
      children.push({ keyword: first, args: rest, isBlock: false, children: [], at: line.at });
    }
    return found;
  }

  #unknown(line: Logical, keyword: Value, level: Level, path: string): void {
    if (isPlaceholder(keyword.text)) return;
    if (line.kind === 'close') {
      this.#say(line, 'vrrp/unbalanced-braces', '} closes nothing', {
        help: 'A block above ends too early, or this brace is too many.',
      });
      return;
    }
    const told = unknownKeyword(keyword, level, path, this.#version);
    if (this.#cascade === undefined) {
      this.#messages.reject('vrrp/unknown-keyword', keyword.at, told.message, told.more);
      const next = this.#lines[this.#next];
      if (next?.kind === 'open') this.#cascade = { cause: keyword.at, word: keyword.text };
    } else this.#say(line, 'vrrp/unknown-keyword', told.message);
  }

  /** Says what is wrong with a line; an info where it follows from a block that was not known. */
  #say(line: Logical, rule: string, message: string, more: More = {}): void {
    const cascade = this.#cascade;
    if (cascade === undefined) this.#messages.reject(rule, line.at, message, more);
    else {
      this.#messages.follow(rule, line.at, message, {
        help: `It follows from ${cascade.word} above, whose braces keepalived does not count as a block.`,
        related: [{ at: cascade.cause, message: `${cascade.word} is not known` }],
      });
    }
  }

  #unmatched(line: Logical, keyword: Value | undefined, level: Level): void {
    // Script keywords read their line again, with quotes and escapes of their own.
    const quoted = keyword !== undefined && level.get(keyword.text)?.row.quoted === true;
    const { unmatched } = line;
    if (unmatched === undefined || (quoted && line.words.length > 1) || this.#process === 'parent') return;
    this.#quote(line);
  }

  /** An odd number of quotes was told with the lines already. */
  #quote({ unmatched, raw }: Logical): void {
    if (unmatched === undefined || isUnterminated(raw)) return;
    this.#messages.reject('vrrp/unterminated-quote', unmatched, 'this quote is not closed on its line', {
      help: 'Quotes do not span lines: keepalived drops the rest of the line.',
    });
  }
}
