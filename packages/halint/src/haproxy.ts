export * from '@halint/grammar-haproxy';
