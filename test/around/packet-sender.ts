import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

/** Sends packets inside a network namespace, one after the other. */
export interface PacketSender {
  /** A line as nft-send.py takes it: protocol, destination, port and where it comes from. Comes back when the packet is out. */
  send(...words: readonly (string | number)[]): Promise<void>;
  stop(): void;
}

export function startSender(namespace: string): PacketSender {
  const child = spawn('ip', ['netns', 'exec', namespace, 'python3', join(import.meta.dirname, 'nft-send.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async send(...words) {
      child.stdin.write(`${words.join(' ')}\n`);
      await answers.next();
    },
    stop() {
      child.stdin.end();
    },
  };
}
