export * from '@halint/grammar-sshd';
