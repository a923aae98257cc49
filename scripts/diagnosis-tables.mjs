// Writes the tables of docs/diagnosis.md: runs all cases of the diagnosis and lists all rules.
import { spawnSync } from 'node:child_process';

const run = (command, args, env = {}) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
};
run('npx', ['vitest', 'run', 'test/diagnose/confusion.test.ts'], { ESEKIT_WRITE_DOCS: '1' });
run('npx', ['prettier', '--write', 'docs/diagnosis.md']);
