export * from '@halint/grammar-keepalived';
