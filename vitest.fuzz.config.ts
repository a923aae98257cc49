import { defineConfig, type ViteUserConfig } from 'vitest/config';

// `npm run fuzz`: mutants of ever new seeds, until one of them breaks something or somebody stops it.
const config: ViteUserConfig = defineConfig({
  test: { include: ['test/fuzz/endless.ts'], testTimeout: 0, pool: 'forks' },
});

export default config;
