export async function listenersCommand(_p: readonly string[], _f: unknown): Promise<number> { return 0; }
