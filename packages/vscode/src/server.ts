import { main } from '../../halint/src/lsp/node.ts';

main();
