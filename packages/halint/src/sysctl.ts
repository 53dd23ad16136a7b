export * from '@halint/grammar-sysctl';
